package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostLocksTest {
    private static final String LOST = "7d6316b8_sandbox:15c8889a.lock";

    @TempDir Path root;
    private Path containers;

    @BeforeEach
    void make() throws IOException {
        containers = Files.createDirectory(root.resolve("k8s.io"));
    }

    private void roundIn(Duration time) {
        Clock clock = Clock.fixed(Instant.now().plus(time), ZoneOffset.UTC);
        new LostLocks(List.of(root.resolve("not-there"), root), clock).round();
    }

    @Test
    void one_without_a_state_goes_when_it_is_old() throws IOException {
        Path lock = Files.createFile(containers.resolve(LOST));
        roundIn(Duration.ofSeconds(10));
        assertThat(lock).exists();
        roundIn(Duration.ofSeconds(20));
        assertThat(lock).doesNotExist();
    }

    @Test
    void that_of_a_container_stays() throws IOException {
        Path lock = Files.createFile(containers.resolve(LOST));
        Files.createFile(containers.resolve("7d6316b8_sandbox:15c8889a.state"));
        roundIn(Duration.ofDays(1));
        assertThat(lock).exists();
    }

    @Test
    void nothing_else_goes_and_no_link_is_followed() throws IOException {
        Path other = Files.createFile(containers.resolve("container.lock"));
        Path directory = Files.createDirectory(containers.resolve("a_sandbox:a.lock"));
        Path link = Files.createSymbolicLink(containers.resolve("b_sandbox:b.lock"), other);
        roundIn(Duration.ofDays(1));
        assertThat(List.of(other, directory, link)).allMatch(Files::exists);
    }
}
