package dev.glovebox.node.pod;

import static dev.glovebox.node.pod.Pods.exited;
import static dev.glovebox.node.pod.Pods.pod;
import static dev.glovebox.node.pod.Pods.running;
import static dev.glovebox.node.pod.Pods.sandbox;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.LinuxContainerUserBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodStatusesTest {
    private static final PodMemory CHECKED = PodMemory.NONE.checked("s0");

    @Test
    void a_pod_without_a_container_is_pending_and_creating() {
        PodStatus status = status(pod("Always", "a"), PodView.NONE, PodMemory.NONE);
        assertThat(status.getPhase()).isEqualTo("Pending");
        assertThat(reason(status)).isEqualTo("ContainerCreating");
        assertThat(condition(status, "Ready").getMessage())
                .isEqualTo("containers with unready status: [a]");
        assertThat(status.getQosClass()).isEqualTo("BestEffort");
        assertThat(status.getPodIP()).isNull();
    }

    @Test
    void a_running_pod_is_ready_and_has_its_address() {
        PodStatus status = status(pod("Always", "a"), view(running("a", 2)), CHECKED);
        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(condition(status, "Ready").getStatus()).isEqualTo("True");
        assertThat(status.getPodIP()).isEqualTo("10.203.0.2");
        assertThat(status.getContainerStatuses().getFirst().getRestartCount()).isEqualTo(2);
        assertThat(status.getContainerStatuses().getFirst().getContainerID())
                .isEqualTo("containerd://a2");
    }

    @Test
    void a_container_is_shown_with_the_user_that_the_runtime_tells() {
        ContainerView told =
                new ContainerView(
                        "b0",
                        "s0",
                        "b",
                        0,
                        "ref",
                        Optional.of(new ProcessUser(1000, 1001, List.of(1001L, 50_000L))),
                        new ContainerState.Running(Pods.NOW));
        List<ContainerStatus> all =
                status(pod("Always", "a", "b"), view(running("a", 0), told), CHECKED)
                        .getContainerStatuses();
        assertThat(all.getFirst().getUser()).isNull();
        assertThat(all.getLast().getUser().getLinux())
                .isEqualTo(
                        new LinuxContainerUserBuilder()
                                .withUid(1000L)
                                .withGid(1001L)
                                .withSupplementalGroups(1001L, 50_000L)
                                .build());
    }

    @Test
    void what_a_container_sees_of_its_volumes_is_shown() {
        Pod pod = pod("Always", "a");
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setVolumeMounts(
                        List.of(
                                new VolumeMountBuilder().withName("v").withMountPath("/v").build(),
                                new VolumeMountBuilder()
                                        .withName("v")
                                        .withMountPath("/w")
                                        .withReadOnly(true)
                                        .withRecursiveReadOnly("IfPossible")
                                        .build()));
        assertThat(status(pod, view(), CHECKED).getContainerStatuses().getFirst().getVolumeMounts())
                .containsExactly(
                        new VolumeMountStatusBuilder().withName("v").withMountPath("/v").build(),
                        new VolumeMountStatusBuilder()
                                .withName("v")
                                .withMountPath("/w")
                                .withReadOnly(true)
                                .withRecursiveReadOnly("Disabled")
                                .build());
    }

    @Test
    void a_pod_with_a_readiness_gate_is_not_ready_before_the_gate_is() {
        Pod pod = pod("Always", "a");
        pod.getSpec().setReadinessGates(List.of(new PodReadinessGate("glovebox.dev/x")));
        PodStatus status = status(pod, view(running("a", 0)), CHECKED);
        assertThat(condition(status, "Ready").getStatus()).isEqualTo("False");
        assertThat(condition(status, "ContainersReady").getStatus()).isEqualTo("True");
    }

    @Test
    void a_pod_that_ended_well_succeeded_and_one_that_did_not_failed() {
        assertThat(status(pod("Never", "a"), view(exited("a", 0, 0)), CHECKED).getPhase())
                .isEqualTo("Succeeded");
        PodStatus failed = status(pod("Never", "a"), view(exited("a", 0, 3)), CHECKED);
        assertThat(failed.getPhase()).isEqualTo("Failed");
        assertThat(failed.getContainerStatuses().getFirst().getState().getTerminated())
                .satisfies(t -> assertThat(t.getExitCode()).isEqualTo(3))
                .satisfies(t -> assertThat(t.getReason()).isEqualTo("Error"));
    }

    @Test
    void a_phase_is_not_terminal_while_anything_runs() {
        Pod pod = pod("Never", "a", "b");
        PodView view = view(exited("a", 0, 1), running("b", 0));
        assertThat(status(pod, view, CHECKED).getPhase()).isEqualTo("Running");
    }

    @Test
    void a_container_that_waits_for_its_restart_says_so() {
        PodMemory memory = CHECKED.restarting("a", new BackOff(Duration.ofSeconds(10), Pods.NOW));
        PodStatus status = status(pod("Always", "a"), view(exited("a", 1, 1)), memory);
        assertThat(reason(status)).isEqualTo("CrashLoopBackOff");
        assertThat(status.getContainerStatuses().getFirst().getState().getWaiting().getMessage())
                .isEqualTo("back-off 10s restarting failed container=a pod=p_default(u)");
        assertThat(status.getContainerStatuses().getFirst().getLastState().getTerminated())
                .isNotNull();
        assertThat(status.getPhase()).isEqualTo("Running");
    }

    @Test
    void a_failed_pull_is_shown_as_such_and_then_as_waiting() {
        BackOff backOff = new BackOff(Duration.ofSeconds(10), Pods.NOW);
        PodMemory memory =
                CHECKED.image(
                        "a",
                        new ImageState.Failed(
                                "ErrImagePull", "no", backOff, Pods.NOW.plusSeconds(10)));
        assertThat(reason(status(pod("Always", "a"), view(), memory))).isEqualTo("ErrImagePull");
        PodStatus later =
                PodStatuses.of(
                        pod("Always", "a"),
                        view(),
                        memory,
                        Pods.NOW.plusSeconds(6),
                        List.of("192.0.2.1"));
        assertThat(reason(later)).isEqualTo("ImagePullBackOff");
    }

    @Test
    void memory_is_named_as_the_cause_and_the_whole_pod_where_its_sandbox_died() {
        PodMemory memory = CHECKED.container("a0", ContainerMemory::outOfMemory);
        PodView alive = view(exited("a", 0, 137));
        var one = status(pod("Never", "a"), alive, memory).getContainerStatuses().getFirst();
        assertThat(one.getState().getTerminated().getReason()).isEqualTo("OOMKilled");
        assertThat(one.getState().getTerminated().getMessage()).isNull();
        PodView dead = new PodView(List.of(sandbox(false)), alive.containers());
        var all = status(pod("Never", "a"), dead, memory).getContainerStatuses().getFirst();
        assertThat(all.getState().getTerminated().getMessage())
                .isEqualTo(ContainerStatuses.WHOLE_POD);
    }

    @Test
    void a_deadline_that_passed_is_the_reason() {
        Pod pod = Pods.started(pod("Always", "a"), Pods.NOW.minusSeconds(60));
        pod.getSpec().setActiveDeadlineSeconds(10L);
        assertThat(status(pod, view(running("a", 0)), CHECKED).getPhase()).isEqualTo("Running");
        PodStatus status = status(pod, view(exited("a", 0, 143)), CHECKED);
        assertThat(status.getPhase()).isEqualTo("Failed");
        assertThat(status.getReason()).isEqualTo("DeadlineExceeded");
    }

    @Test
    void a_handler_that_is_not_ready_is_a_condition() {
        Failure failure =
                new Failure(
                        "HandlerNotReady",
                        "limits do not bind",
                        new BackOff(BackOff.FIRST, Pods.NOW),
                        Pods.NOW);
        PodStatus status =
                status(
                        pod("Always", "a"),
                        PodView.NONE,
                        PodMemory.NONE.sandbox(Optional.of(failure)));
        assertThat(status.getPhase()).isEqualTo("Pending");
        assertThat(condition(status, PodStatuses.ISOLATED).getMessage())
                .isEqualTo("limits do not bind");
    }

    @Test
    void a_container_is_ready_when_its_probe_says_so_and_not_before() {
        Pod pod = pod("Always", "a");
        Pods.container(pod, "a").setStartupProbe(new ProbeBuilder().build());
        Pods.container(pod, "a").setReadinessProbe(new ProbeBuilder().build());
        PodView running = view(running("a", 0));
        assertThat(flags(status(pod, running, CHECKED))).containsExactly(false, false);
        PodMemory started = CHECKED.container("a0", c -> c.probed(ProbeKind.STARTUP, true));
        assertThat(flags(status(pod, running, started))).containsExactly(true, false);
        PodMemory ready = started.container("a0", c -> c.probed(ProbeKind.READINESS, true));
        PodStatus status = status(pod, running, ready);
        assertThat(flags(status)).containsExactly(true, true);
        assertThat(condition(status, "Ready").getStatus()).isEqualTo("True");
        PodMemory unready = ready.container("a0", c -> c.probed(ProbeKind.READINESS, false));
        assertThat(flags(status(pod, running, unready))).containsExactly(true, false);
    }

    @Test
    void an_agent_that_has_not_asked_yet_keeps_what_is_known_of_this_very_container() {
        Pod pod = pod("Always", "a");
        Pods.container(pod, "a").setStartupProbe(new ProbeBuilder().build());
        Pods.container(pod, "a").setReadinessProbe(new ProbeBuilder().build());
        PodMemory asked =
                CHECKED.container(
                        "a0",
                        c -> c.probed(ProbeKind.STARTUP, true).probed(ProbeKind.READINESS, true));
        pod.setStatus(status(pod, view(running("a", 0)), asked));
        assertThat(flags(status(pod, view(running("a", 0)), CHECKED))).containsExactly(true, true);
        assertThat(flags(status(pod, view(running("a", 1)), CHECKED)))
                .containsExactly(false, false);
    }

    @Test
    void a_container_is_still_being_made_while_its_hook_runs() {
        PodMemory hooking =
                CHECKED.container("a0", c -> c.postStart(ContainerMemory.PostStart.RUNNING));
        PodStatus status = status(pod("Always", "a"), view(running("a", 0)), hooking);
        assertThat(reason(status)).isEqualTo("ContainerCreating");
        assertThat(status.getPhase()).isEqualTo("Pending");
    }

    @Test
    void a_sidecar_counts_for_readiness_and_not_for_the_end() {
        Pod pod = Pods.withSidecars(pod("Never", "a"), "s");
        Pods.container(pod, "s").setReadinessProbe(new ProbeBuilder().build());
        PodStatus unready = status(pod, view(running("s", 0), running("a", 0)), CHECKED);
        assertThat(unready.getPhase()).isEqualTo("Running");
        assertThat(condition(unready, "Ready").getMessage())
                .isEqualTo("containers with unready status: [s]");
        PodStatus ending = status(pod, view(running("s", 0), exited("a", 0, 0)), CHECKED);
        assertThat(ending.getPhase()).isEqualTo("Running");
        PodStatus ended = status(pod, view(exited("s", 0, 143), exited("a", 0, 0)), CHECKED);
        assertThat(ended.getPhase()).isEqualTo("Succeeded");
    }

    @Test
    void a_pod_that_is_being_initialized_says_what_it_waits_for() {
        Pod pod = Pods.withInit(pod("Always", "a"), "i", "j");
        PodStatus status = status(pod, view(exited("i", 0, 0), running("j", 0)), CHECKED);
        assertThat(status.getPhase()).isEqualTo("Pending");
        assertThat(reason(status)).isEqualTo("PodInitializing");
        assertThat(condition(status, "Initialized").getMessage())
                .isEqualTo("containers with incomplete status: [j]");
        assertThat(condition(status, "PodReadyToStartContainers").getStatus()).isEqualTo("True");
        PodStatus before = status(pod, view(), CHECKED);
        assertThat(before.getInitContainerStatuses())
                .extracting(s -> s.getState().getWaiting().getReason())
                .containsExactly("PodInitializing", "PodInitializing");
    }

    @Test
    void a_container_that_could_not_start_says_so_before_it_waits() {
        Failure failure =
                new Failure(
                        "RunContainerError",
                        "no such file",
                        new BackOff(BackOff.FIRST, Pods.NOW),
                        Pods.NOW);
        PodMemory memory =
                CHECKED.failed("a", failure)
                        .restarting("a", new BackOff(Duration.ofSeconds(10), Pods.NOW));
        PodView view = view(exited("a", 1, 128));
        assertThat(reason(status(pod("Always", "a"), view, memory))).isEqualTo("RunContainerError");
        PodStatus later =
                PodStatuses.of(
                        pod("Always", "a"),
                        view,
                        memory,
                        Pods.NOW.plusSeconds(6),
                        List.of("192.0.2.1"));
        assertThat(reason(later)).isEqualTo("CrashLoopBackOff");
    }

    @Test
    void whoever_writes_statuses_is_told_when_a_failure_begins_to_be_a_wait() {
        BackOff earlier = new BackOff(BackOff.FIRST, Pods.NOW.minusSeconds(2));
        BackOff now = new BackOff(BackOff.FIRST, Pods.NOW);
        PodMemory memory =
                CHECKED.failed("a", new Failure("RunContainerError", "no", now, Pods.NOW))
                        .image("b", new ImageState.Failed("ErrImagePull", "", earlier, Pods.NOW));
        assertThat(PodStatuses.nextChange(CHECKED, Pods.NOW)).isEmpty();
        Instant first = PodStatuses.nextChange(memory, Pods.NOW).orElseThrow();
        assertThat(first).isEqualTo(Pods.NOW.plusSeconds(3));
        Instant second = PodStatuses.nextChange(memory, first).orElseThrow();
        assertThat(second).isEqualTo(Pods.NOW.plusSeconds(5));
        assertThat(PodStatuses.nextChange(memory, second)).isEmpty();
        PodView view = view(exited("a", 1, 128));
        PodMemory waits = memory.restarting("a", now);
        List<String> host = List.of("192.0.2.1");
        assertThat(reason(PodStatuses.of(pod("Always", "a"), view, waits, first, host)))
                .isEqualTo("RunContainerError");
        assertThat(reason(PodStatuses.of(pod("Always", "a"), view, waits, second, host)))
                .isEqualTo("CrashLoopBackOff");
    }

    @Test
    void a_status_tells_of_which_generation_of_the_pod_it_is() {
        Pod pod = pod("Always", "a");
        pod.getMetadata().setGeneration(7L);
        PodStatus status = status(pod, view(running("a", 0)), CHECKED);
        assertThat(status.getObservedGeneration()).isEqualTo(7);
        assertThat(status.getConditions()).allMatch(c -> c.getObservedGeneration() == 7);
    }

    @Test
    void a_pod_that_ended_keeps_its_status_when_its_records_are_gone() {
        Pod pod = pod("Never", "a");
        PodView ended = view(exited("a", 0, 3));
        pod.setStatus(PodStatuses.of(pod, ended, CHECKED, Pods.NOW, List.of("192.0.2.1")));
        assertThat(pod.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(
                        PodStatuses.of(
                                pod,
                                PodView.NONE,
                                PodMemory.NONE,
                                Pods.NOW.plusSeconds(60),
                                List.of("192.0.2.1")))
                .isEqualTo(pod.getStatus());
    }

    @Test
    void an_evicted_pod_has_failed_once_nothing_of_it_runs_and_says_why() {
        PodMemory told =
                CHECKED.evicted(
                        Ending.Evicted.at(
                                Pods.NOW, new Eviction(Eviction.Cause.PRESSURE, "The node ...")));
        PodStatus going = status(pod("Always", "a"), view(running("a", 0)), told);
        assertThat(going.getPhase()).isEqualTo("Running");
        assertThat(going.getReason()).isNull();
        PodStatus gone = status(pod("Always", "a"), view(exited("a", 0, 137)), told);
        assertThat(gone.getPhase()).isEqualTo("Failed");
        assertThat(gone.getReason()).isEqualTo("Evicted");
        assertThat(gone.getMessage()).isEqualTo("The node ...");
        assertThat(condition(gone, "DisruptionTarget").getReason())
                .isEqualTo("TerminationByKubelet");
    }

    @Test
    void who_is_not_taken_has_failed_before_anything_of_it_ran() {
        PodMemory told =
                PodMemory.NONE.evicted(
                        Ending.Evicted.at(
                                Pods.NOW,
                                new Eviction(Eviction.Cause.NOT_ADMITTED, "The node ...")));
        PodStatus status = status(pod("Always", "a"), PodView.NONE, told);
        assertThat(status.getPhase()).isEqualTo("Failed");
        assertThat(status.getReason()).isEqualTo("Evicted");
        assertThat(status.getMessage()).isEqualTo("Pod was rejected: The node ...");
        assertThat(status.getConditions()).noneMatch(c -> c.getType().equals("DisruptionTarget"));
    }

    @Test
    void gates_are_named_with_what_they_lack() {
        Pod pod = pod("Always", "a");
        pod.getSpec()
                .setReadinessGates(
                        List.of(
                                new PodReadinessGate("x.test/a"),
                                new PodReadinessGate("x.test/b")));
        pod.getStatus()
                .setConditions(
                        List.of(
                                new PodConditionBuilder()
                                        .withType("x.test/b")
                                        .withStatus("False")
                                        .build()));
        assertThat(condition(status(pod, view(running("a", 0)), CHECKED), "Ready").getMessage())
                .isEqualTo(
                        "corresponding condition of pod readiness gate \"x.test/a\" does not exist.,"
                                + " the status of pod readiness gate \"x.test/b\" is not \"True\","
                                + " but False");
    }

    @Test
    void last_words_outlive_the_file_they_were_in() {
        Pod pod = pod("Never", "a");
        ContainerView told =
                exited("a", 0, 1)
                        .with(new ContainerState.Exited(Pods.NOW, Pods.NOW, 1, "Error", "why"));
        pod.setStatus(status(pod, view(told), CHECKED));
        PodStatus later = status(pod, view(exited("a", 0, 1)), PodMemory.NONE);
        assertThat(later.getContainerStatuses().getFirst().getState().getTerminated().getMessage())
                .isEqualTo("why");
    }

    @Test
    void termination_messages_share_twelve_kibibytes() {
        Pod pod = pod("Never", "a", "b", "c", "d");
        ContainerView loud =
                exited("a", 0, 1)
                        .with(
                                new ContainerState.Exited(
                                        Pods.NOW, Pods.NOW, 1, "Error", "x".repeat(4096)));
        PodStatus status = status(pod, view(loud), CHECKED);
        assertThat(status.getContainerStatuses().getFirst().getState().getTerminated().getMessage())
                .hasSize(3072);
    }

    private static List<Boolean> flags(PodStatus status) {
        var main = status.getContainerStatuses().getFirst();
        return List.of(main.getStarted(), main.getReady());
    }

    @Test
    void a_condition_keeps_the_moment_of_its_last_change() {
        Pod pod = pod("Always", "a");
        PodStatus first = status(pod, view(running("a", 0)), CHECKED);
        pod.setStatus(first);
        PodStatus later =
                PodStatuses.of(
                        pod,
                        view(running("a", 0)),
                        CHECKED,
                        Pods.NOW.plusSeconds(60),
                        List.of("192.0.2.1"));
        assertThat(later).isEqualTo(first);
    }

    private static PodView view(ContainerView... containers) {
        return new PodView(List.of(sandbox(true)), List.of(containers));
    }

    private static PodStatus status(Pod pod, PodView view, PodMemory memory) {
        return PodStatuses.of(pod, view, memory, Pods.NOW, List.of("192.0.2.1"));
    }

    private static String reason(PodStatus status) {
        return status.getContainerStatuses().getFirst().getState().getWaiting().getReason();
    }

    private static PodCondition condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_pod_and_its_node_are_told_with_all_addresses() {
        SandboxView sandbox =
                new SandboxView("s0", 0, true, Pods.NOW, List.of("10.1.0.2", "fd00::2"), "");
        PodStatus status =
                PodStatuses.of(
                        pod("Always", "a"),
                        new PodView(List.of(sandbox), List.of()),
                        CHECKED,
                        Pods.NOW,
                        List.of("192.0.2.1", "2001:db8::1"));
        assertThat(status.getPodIP()).isEqualTo("10.1.0.2");
        assertThat(status.getPodIPs())
                .extracting(PodIP::getIp)
                .containsExactly("10.1.0.2", "fd00::2");
        assertThat(status.getHostIP()).isEqualTo("192.0.2.1");
        assertThat(status.getHostIPs())
                .extracting(HostIP::getIp)
                .containsExactly("192.0.2.1", "2001:db8::1");
    }
}
