package dev.glovebox.runtimes.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostProcessesTest {
    private final HostProcesses processes = new HostProcesses(Path.of("/proc"));

    @Test
    void this_process_is_seen_as_it_is() throws IOException {
        long pid = ProcessHandle.current().pid();
        HostProcess own = processes.process(pid).orElseThrow();
        assertThat(own.executable()).endsWith("/java");
        assertThat(own.command().getFirst()).contains("java");
        assertThat(own.namespaces()).containsKeys("mnt", "net", "pid", "user", "ipc", "uts");
        assertThat(own.namespaces()).isEqualTo(processes.ownNamespaces());
        assertThat(own.cgroups()).isNotEmpty();
        assertThat(processes.runs(pid, Path.of(own.executable()))).isTrue();
        assertThat(processes.runs(pid, Path.of("/bin/sh"))).isFalse();
        assertThat(processes.all()).anyMatch(process -> process.pid() == pid);
    }

    @Test
    void a_process_that_ended_is_none() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        assertThat(processes.process(process.pid())).isEqualTo(Optional.empty());
    }
}
