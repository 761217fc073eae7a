package dev.glovebox.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Read from this very machine.
class HostFactsTest {
    private final HostFacts host = new HostFacts(Path.of("/"));

    @Test
    void the_kernels_limit_on_processes_is_read_whole() throws IOException {
        assertThat(host.processes()).isEqualTo(Math.min(told("pid_max"), told("threads-max")));
    }

    @Test
    void a_node_has_what_the_machine_has() throws IOException {
        var capacity = host.capacity(Path.of("/tmp"), 110);
        assertThat(capacity.memory()).isGreaterThan(100 << 20);
        assertThat(capacity.storage()).isEqualTo(Path.of("/tmp").toFile().getTotalSpace());
        assertThat(capacity.hugePages().keySet()).allMatch(name -> name.startsWith("hugepages-"));
    }

    private static long told(String name) throws IOException {
        var cat = new ProcessBuilder("cat", "/proc/sys/kernel/" + name).start();
        return Long.parseLong(new String(cat.getInputStream().readAllBytes(), UTF_8).strip());
    }
}
