package dev.glovebox.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.containerd.CriException;
import dev.glovebox.cri.ContainerState;
import dev.glovebox.cri.PodSandboxFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// gVisor under the launcher, and what the host says of it.
class LauncherIT {
    private static final long MEMORY = 256L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir static Path directory;
    private static TestContainerd containerd;
    private static SandboxRunner runner;
    private static SandboxInspector inspector;

    @BeforeAll
    static void start() throws IOException {
        containerd = new TestContainerd(directory);
        runner = containerd.runner(PATIENCE);
        inspector =
                new SandboxInspector(containerd.cri(), containerd.processes, containerd.cgroups);
    }

    @AfterAll
    static void stop() throws IOException {
        containerd.close();
    }

    @AfterEach
    void nothing_is_left_behind() throws Exception {
        containerd.awaitShims();
        assertThat(containerd.cri().listPodSandbox(PodSandboxFilter.getDefaultInstance()))
                .isEmpty();
        assertThat(containerd.process().shims()).isEmpty();
        assertThat(containerd.leftOver()).isEmpty();
    }

    @Test
    void every_container_of_a_pod_has_streams_and_an_exit_code_of_its_own() throws Exception {
        runner.run(
                "runsc",
                MEMORY,
                sandbox -> {
                    String first = sandbox.start("first", shell("sleep 1; echo one; exit 3"));
                    String second = sandbox.start("second", shell("echo two; echo no >&2; exit 4"));
                    assertThat(sandbox.await(second, "second"))
                            .isEqualTo(new OwnSandbox.Ended(4, "Error", "two"));
                    assertThat(sandbox.await(first, "first"))
                            .isEqualTo(new OwnSandbox.Ended(3, "Error", "one"));
                    return sandbox;
                });
    }

    @Test
    void a_program_that_is_not_in_the_image_is_named_by_the_failed_start() throws Exception {
        runner.run(
                "runsc",
                MEMORY,
                sandbox -> {
                    assertThatThrownBy(() -> sandbox.start("none", List.of("/no/such/program")))
                            .isInstanceOf(CriException.class)
                            .hasMessageContaining("/no/such/program")
                            .hasMessageContaining("no such file or directory");
                    return sandbox;
                });
    }

    @Test
    void a_container_is_stopped_by_its_signal_or_killed_after_its_grace() throws Exception {
        runner.run(
                "runsc",
                MEMORY,
                sandbox -> {
                    String polite =
                            sandbox.start(
                                    "polite",
                                    shell("trap 'exit 5' TERM; while :; do sleep 0.1; done"));
                    String deaf =
                            sandbox.start("deaf", shell("trap '' TERM; while :; do sleep 1; done"));
                    sandbox.ask(polite, List.of("true"));
                    containerd.cri().stopContainer(polite, Duration.ofSeconds(30));
                    containerd.cri().stopContainer(deaf, Duration.ofSeconds(1));
                    assertThat(sandbox.await(polite, "polite").exitCode()).isEqualTo(5);
                    assertThat(sandbox.await(deaf, "deaf").exitCode()).isEqualTo(137);
                    return sandbox;
                });
    }

    @Test
    void a_command_that_ran_out_of_time_is_killed_in_the_container_too() throws Exception {
        runner.run(
                "runsc",
                MEMORY,
                sandbox -> {
                    String container = sandbox.start("home", shell("sleep 600"));
                    assertThatThrownBy(() ->
                                    containerd
                                            .cri()
                                            .execSync(
                                                    container,
                                                    List.of("sleep", "12345"),
                                                    Duration.ofSeconds(1)))
                            .isInstanceOf(CriException.class);
                    // busybox' ps; the kill reaches the sandbox before CRI answers
                    assertThat(sandbox.ask(container, List.of("ps"))).doesNotContain("12345");
                    return sandbox;
                });
    }

    @Test
    void a_killed_shim_leaves_no_process_of_its_pod() throws Exception {
        runner.run(
                "runsc",
                MEMORY,
                sandbox -> {
                    String container = sandbox.start("orphan", shell("sleep 600"));
                    sandbox.start("second", shell("sleep 600"));
                    assertThat(containerd.process().shims())
                            .hasSize(1)
                            .allMatch(ProcessHandle::destroyForcibly);
                    assertThat(sandbox.await(container, "orphan").exitCode()).isNotZero();
                    return sandbox;
                });
    }

    @Test
    void the_host_sees_gvisor_and_no_process_of_its_containers() throws Exception {
        SandboxFacts facts = facts("runsc");
        assertThat(facts.handler()).isEqualTo("runsc");
        assertThat(facts.runtime().program()).isEqualTo(containerd.gvisor.runsc().toString());
        assertThat(facts.runtime().digest()).isEqualTo(containerd.gvisor.digest().hex());
        assertThat(facts.runtime().version()).contains(containerd.gvisor.version().text());
        assertThat(facts.process().seccomp().name()).isEqualTo("FILTER");
        assertThat(facts.process().noNewPrivileges()).isTrue();
        assertThat(facts.containerProcesses()).isEmpty();
        assertThat(facts.runtimeProcesses()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(facts.namespaces())
                .filteredOn(namespace -> namespace.kind().equals("mnt"))
                .allMatch(namespace -> !namespace.host());
        assertThat(facts.limits().memoryLimit()).hasValue(MEMORY);
    }

    @Test
    void the_host_sees_the_processes_of_a_shared_kernel() throws Exception {
        SandboxFacts facts = facts("runc");
        assertThat(facts.handler()).isEqualTo("runc");
        assertThat(facts.containerProcesses())
                .anyMatch(process -> process.command().contains("sleep 600"));
        assertThat(facts.limits().memoryLimit()).hasValue(MEMORY);
    }

    @Test
    void the_facts_about_a_sandbox_that_ended_are_none() throws Exception {
        runner.run(
                "runc",
                MEMORY,
                sandbox -> {
                    containerd.cri().stopPodSandbox(sandbox.id());
                    assertThat(inspector.inspect(sandbox.id())).isEmpty();
                    return sandbox;
                });
    }

    private static SandboxFacts facts(String handler) throws Exception {
        return runner.run(
                handler,
                MEMORY,
                sandbox -> {
                    String container = sandbox.start("home", shell("sleep 600"));
                    assertThat(containerd.cri().containerStatus(container).getStatus().getState())
                            .isEqualTo(ContainerState.CONTAINER_RUNNING);
                    return inspector.inspect(sandbox.id()).orElseThrow();
                });
    }

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }
}
