package dev.glovebox.node.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With real processes whose users the kernel maps.
class PodUserRangesIT {
    /// Far from what pods of the machine have.
    private static final UserRange RANGE = new UserRange(30_001L * UserRange.LENGTH);

    private static final UserRange OTHER = new UserRange(30_002L * UserRange.LENGTH);

    @TempDir Path root;

    private final List<Process> started = new ArrayList<>();
    private final IdMaps maps = new IdMaps(Path.of("/proc"));

    @AfterEach
    void end() {
        started.forEach(each -> each.destroyForcibly().onExit().join());
    }

    private PodUserRanges ranges() {
        return new PodUserRanges(new UserRanges(), root.resolve("pods"), maps, root);
    }

    private long living(UserRange range) throws IOException {
        Process process = new ProcessBuilder("unshare", "--user", "sleep", "600").start();
        started.add(process);
        Path home = Path.of("/proc", Long.toString(process.pid()));
        Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/user"));
        Await.until(() -> !namespace(home).equals(own));
        for (String map : List.of("uid_map", "gid_map")) {
            Files.writeString(home.resolve(map), range.text(), StandardOpenOption.WRITE);
        }
        return process.pid();
    }

    private static Path namespace(Path home) {
        try {
            return Files.readSymbolicLink(home.resolve("ns/user"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_process_is_seen_to_have_the_users_that_it_has() throws IOException {
        long pid = living(RANGE);
        assertThat(ranges().difference(RANGE, pid, false)).isEmpty();
        assertThat(ranges().difference(OTHER, pid, false)).contains("at " + RANGE.first());
        long host = ProcessHandle.current().pid();
        assertThat(ranges().difference(RANGE, host, false)).contains("to the kernel its users are");
    }

    @Test
    void another_process_with_the_same_users_is_seen() throws IOException {
        long pid = living(RANGE);
        living(OTHER);
        assertThat(ranges().difference(RANGE, pid, false)).isEmpty();
        living(RANGE);
        assertThat(ranges().difference(RANGE, pid, false)).contains("processes of others");
    }

    @Test
    void users_of_a_process_are_given_to_no_pod() throws IOException {
        assertThat(HostIds.now(root, maps).free().test(RANGE)).isTrue();
        living(RANGE);
        assertThat(HostIds.now(root, maps).free().test(RANGE)).isFalse();
        assertThat(HostIds.now(root, maps).free().test(OTHER)).isTrue();
    }

    @Test
    void a_process_that_ended_has_none() throws IOException {
        long pid = living(RANGE);
        end();
        assertThat(maps.of(pid)).isEmpty();
    }
}
