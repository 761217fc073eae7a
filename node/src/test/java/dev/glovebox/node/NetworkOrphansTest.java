package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.network.SandboxNetworks;
import dev.glovebox.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkOrphansTest {
    private static final String SANDBOX = "a".repeat(64);
    private static final String NETWORK = "glovebox-test-orphans";

    @TempDir private Path directory;
    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-28T10:00:00Z"));
    private final FakeRuntime runtime = new FakeRuntime();
    private Path lease;
    private Path namespace;
    private NetworkOrphans orphans;

    @BeforeEach
    void leave() throws IOException {
        Path leases = Files.createDirectories(directory.resolve("leases").resolve(NETWORK));
        lease = Files.writeString(leases.resolve("10.1.0.2"), SANDBOX + "\r\neth0");
        Path namespaces = Files.createDirectories(directory.resolve("netns"));
        namespace = Files.createFile(namespaces.resolve("cni-1"));
        orphans =
                new NetworkOrphans(
                        runtime,
                        new SandboxNetworks(NETWORK, directory.resolve("leases"), namespaces),
                        clock);
    }

    @Test
    void what_an_earlier_agent_left_goes_once_the_runtime_had_time_to_clear_away() {
        orphans.begin();
        orphans.round();
        assertThat(lease).exists();
        clock.advance(NetworkOrphans.SETTLING);
        orphans.round();
        assertThat(lease).doesNotExist();
        assertThat(namespace).doesNotExist();
    }

    @Test
    void what_has_no_sandbox_yet_may_be_one_that_is_being_made() {
        orphans.round();
        clock.advance(NetworkOrphans.LONGEST_MAKING.minus(Duration.ofSeconds(1)));
        orphans.round();
        assertThat(lease).exists();
        assertThat(namespace).exists();
        clock.advance(Duration.ofSeconds(1));
        orphans.round();
        assertThat(lease).doesNotExist();
        assertThat(namespace).doesNotExist();
    }

    @Test
    void what_a_sandbox_has_stays() {
        runtime.sandboxes.add(SANDBOX);
        orphans.begin();
        clock.advance(NetworkOrphans.LONGEST_MAKING);
        orphans.round();
        assertThat(lease).exists();
    }

    @Test
    void the_time_begins_anew_where_there_was_a_sandbox_meanwhile() {
        orphans.begin();
        runtime.sandboxes.add(SANDBOX);
        orphans.round();
        runtime.sandboxes.clear();
        clock.advance(NetworkOrphans.SETTLING);
        orphans.round();
        assertThat(lease).exists();
    }

    @Test
    void a_runtime_that_does_not_answer_has_everything_left_alone() {
        orphans.begin();
        runtime.down = true;
        clock.advance(NetworkOrphans.LONGEST_MAKING);
        orphans.round();
        assertThat(lease).exists();
        runtime.down = false;
        orphans.round();
        assertThat(lease).doesNotExist();
    }
}
