package dev.glovebox.node.pod;

import static dev.glovebox.node.pod.Pods.exited;
import static dev.glovebox.node.pod.Pods.pod;
import static dev.glovebox.node.pod.Pods.running;
import static dev.glovebox.node.pod.Pods.sandbox;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodPlannerTest {
    private static final Instant NOW = Pods.NOW;
    private static final ImageState PRESENT = new ImageState.Present("sha256:1");
    private static final PodMemory CHECKED = PodMemory.NONE.checked("s0");
    private static final Ending.Evicted EVICTED =
            Ending.Evicted.at(NOW, new Eviction(Eviction.Cause.LIMIT, "Usage ..."));

    @Test
    void a_new_pod_begins_with_its_sandbox() {
        assertThat(plan(pod("Always", "a"), PodView.NONE, PodMemory.NONE))
                .isEqualTo(new PodPlan.StartSandbox(0));
    }

    @Test
    void a_sandbox_is_checked_before_anything_runs_in_it() {
        assertThat(plan(pod("Always", "a"), view(), PodMemory.NONE))
                .isInstanceOf(PodPlan.CheckSandbox.class);
    }

    @Test
    void a_running_pod_found_by_a_new_engine_is_checked_and_then_left_alone() {
        PodView running = view(running("a", 0));
        assertThat(plan(pod("Always", "a"), running, PodMemory.NONE))
                .isInstanceOf(PodPlan.CheckSandbox.class);
        assertThat(plan(pod("Always", "a"), running, CHECKED))
                .isInstanceOf(PodPlan.WaitUntil.class);
    }

    @Test
    void a_container_needs_its_image_first() {
        assertThat(plan(pod("Always", "a"), view(), CHECKED))
                .isInstanceOf(PodPlan.EnsureImage.class);
        assertThat(plan(pod("Always", "a"), view(), CHECKED.image("a", PRESENT)))
                .isEqualTo(
                        new PodPlan.StartContainer(
                                pod("Always", "a").getSpec().getContainers().getFirst(),
                                0,
                                sandbox(true)));
    }

    @Test
    void an_image_that_failed_waits_for_its_back_off() {
        BackOff backOff = new BackOff(Duration.ofSeconds(10), NOW);
        ImageState failed =
                new ImageState.Failed("ErrImagePull", "no", backOff, NOW.plusSeconds(10));
        assertThat(plan(pod("Always", "a"), view(), CHECKED.image("a", failed)))
                .isEqualTo(new PodPlan.WaitUntil(NOW.plusSeconds(10)));
    }

    @Test
    void the_first_restart_is_at_once_and_the_next_waits() {
        PodView ended = view(exited("a", 0, 1));
        assertThat(plan(pod("Always", "a"), ended, CHECKED.image("a", PRESENT)))
                .isInstanceOfSatisfying(
                        PodPlan.StartContainer.class, s -> assertThat(s.attempt()).isEqualTo(1));
        PodMemory once =
                CHECKED.image("a", PRESENT)
                        .restarting("a", new BackOff(Duration.ofSeconds(10), NOW));
        assertThat(plan(pod("Always", "a"), view(exited("a", 1, 1)), once))
                .isEqualTo(new PodPlan.WaitUntil(NOW.plusSeconds(10)));
    }

    @Test
    void init_containers_run_one_after_the_other_and_before_the_others() {
        Pod pod = Pods.withInit(pod("Always", "a"), "i", "j");
        PodMemory images = CHECKED.image("i", PRESENT).image("j", PRESENT).image("a", PRESENT);
        assertThat(started(plan(pod, view(), images))).isEqualTo("i");
        assertThat(plan(pod, view(running("i", 0)), images)).isInstanceOf(PodPlan.WaitUntil.class);
        assertThat(started(plan(pod, view(exited("i", 0, 0)), images))).isEqualTo("j");
        PodView both = view(exited("i", 0, 0), exited("j", 0, 0));
        assertThat(plan(pod, both, images)).isInstanceOf(PodPlan.StartContainer.class);
    }

    @Test
    void a_failed_init_container_ends_a_pod_that_is_never_restarted() {
        Pod pod = Pods.withInit(pod("Never", "a"), "i");
        assertThat(plan(pod, view(exited("i", 0, 1)), CHECKED))
                .isInstanceOf(PodPlan.StopSandbox.class);
    }

    @Test
    void a_pod_that_is_done_is_stopped_and_kept() {
        PodView ended = view(exited("a", 0, 0));
        assertThat(plan(pod("OnFailure", "a"), ended, CHECKED))
                .isInstanceOf(PodPlan.StopSandbox.class);
        PodView stopped = new PodView(List.of(sandbox(false)), ended.containers());
        assertThat(plan(pod("OnFailure", "a"), stopped, CHECKED)).isEqualTo(new PodPlan.Finish());
    }

    @Test
    void only_a_failed_container_runs_again_on_failure() {
        Pod pod = pod("OnFailure", "a", "b");
        PodMemory images = CHECKED.image("a", PRESENT).image("b", PRESENT);
        PodView view = view(exited("a", 0, 0), exited("b", 0, 3));
        assertThat(plan(pod, view, images))
                .isInstanceOfSatisfying(
                        PodPlan.StartContainer.class,
                        s -> assertThat(s.container().getName()).isEqualTo("b"));
    }

    @Test
    void a_dead_sandbox_is_replaced_and_never_twice_for_a_pod_that_is_never_restarted() {
        PodView dead = new PodView(List.of(sandbox(false)), List.of(exited("a", 0, 137)));
        assertThat(plan(pod("Always", "a"), dead, CHECKED))
                .isInstanceOf(PodPlan.RecreateSandbox.class);
        assertThat(plan(pod("Always", "a"), dead, PodMemory.NONE))
                .isEqualTo(new PodPlan.StartSandbox(1));
        assertThat(plan(pod("Never", "a"), dead, CHECKED)).isEqualTo(new PodPlan.Finish());
    }

    @Test
    void a_deleted_pod_is_killed_stopped_and_removed() {
        Pod pod = Pods.deleted(pod("Always", "a"), NOW.plusSeconds(30));
        PodView running = view(running("a", 0));
        assertThat(plan(pod, running, CHECKED))
                .isEqualTo(
                        new PodPlan.Terminate(
                                running.containers(),
                                Duration.ofSeconds(30),
                                "",
                                Optional.of(new Ending.Deleted(NOW.plusSeconds(30)))));
        assertThat(plan(pod, running, ending(CHECKED, "a0", NOW.plusSeconds(30), false, false)))
                .isEqualTo(new PodPlan.Kill(running.containers(), Duration.ofSeconds(30)));
        PodMemory told = ending(CHECKED, "a0", NOW.plusSeconds(30), false, true);
        assertThat(plan(pod, running, told)).isInstanceOf(PodPlan.WaitUntil.class);
        assertThat(plan(pod, view(exited("a", 0, 143)), told))
                .isInstanceOf(PodPlan.StopSandbox.class);
        PodView stopped = new PodView(List.of(sandbox(false)), List.of(exited("a", 0, 143)));
        assertThat(plan(pod, stopped, told)).isEqualTo(new PodPlan.Remove());
    }

    @Test
    void a_grace_that_is_shortened_is_told_again() {
        Pod pod = Pods.deleted(pod("Always", "a"), NOW.plusSeconds(1));
        PodMemory told = ending(CHECKED, "a0", NOW.plusSeconds(30), false, true);
        assertThat(plan(pod, view(running("a", 0)), told))
                .isEqualTo(new PodPlan.Kill(List.of(running("a", 0)), Duration.ofSeconds(1)));
    }

    @Test
    void the_stop_signal_waits_for_the_hook_before_it_and_no_longer_than_the_grace() {
        Pod pod = Pods.deleted(pod("Always", "a"), NOW.plusSeconds(30));
        Pods.container(pod, "a")
                .setLifecycle(
                        new LifecycleBuilder()
                                .withNewPreStop()
                                .withNewSleep(60L)
                                .endPreStop()
                                .build());
        PodMemory hooking = ending(CHECKED, "a0", NOW.plusSeconds(30), true, false);
        assertThat(plan(pod, view(running("a", 0)), hooking))
                .isEqualTo(new PodPlan.WaitUntil(NOW.plusSeconds(30)));
        assertThat(PodPlanner.plan(pod, view(running("a", 0)), hooking, NOW.plusSeconds(30)))
                .isEqualTo(new PodPlan.Kill(List.of(running("a", 0)), EndPlan.LEAST_AFTER_HOOK));
    }

    @Test
    void sidecars_end_after_the_others_in_reverse_order_and_at_once_when_the_grace_is_over() {
        Pod pod = Pods.withSidecars(pod("Always", "a"), "s", "t");
        Pods.deleted(pod, NOW.plusSeconds(30));
        PodMemory begun = CHECKED;
        for (String id : List.of("s0", "t0", "a0")) {
            begun = ending(begun, id, NOW.plusSeconds(30), false, false);
        }
        PodView all = view(running("s", 0), running("t", 0), running("a", 0));
        assertThat(plan(pod, all, begun)).isEqualTo(kill(30, running("a", 0)));
        PodView two = view(running("s", 0), running("t", 0), exited("a", 0, 0));
        assertThat(plan(pod, two, begun)).isEqualTo(kill(30, running("t", 0)));
        PodView one = view(running("s", 0), exited("t", 0, 0), exited("a", 0, 0));
        assertThat(plan(pod, one, begun)).isEqualTo(kill(30, running("s", 0)));
        assertThat(PodPlanner.plan(pod, all, begun, NOW.plusSeconds(30)))
                .isEqualTo(kill(0, running("s", 0), running("t", 0), running("a", 0)));
    }

    @Test
    void a_pod_over_its_deadline_is_ended() {
        Pod pod = Pods.started(pod("Always", "a"), NOW.minusSeconds(60));
        pod.getSpec().setActiveDeadlineSeconds(60L);
        assertThat(plan(pod, view(running("a", 0)), CHECKED)).isInstanceOf(PodPlan.Terminate.class);
        pod.getSpec().setActiveDeadlineSeconds(61L);
        assertThat(plan(pod, view(running("a", 0)), CHECKED))
                .isEqualTo(new PodPlan.WaitUntil(NOW.plusSeconds(1)));
    }

    @Test
    void a_pod_that_the_api_says_has_ended_never_runs_again() {
        Pod pod = pod("Never", "a");
        pod.getStatus().setPhase("Succeeded");
        assertThat(plan(pod, PodView.NONE, PodMemory.NONE)).isEqualTo(new PodPlan.Finish());
    }

    @Test
    void back_off_doubles_to_five_minutes_and_is_forgotten_after_ten() {
        BackOff delay = BackOff.next(Optional.empty(), NOW, NOW);
        for (long seconds : new long[] {10, 20, 40, 80, 160, 300, 300}) {
            assertThat(delay.delay()).isEqualTo(Duration.ofSeconds(seconds));
            delay = BackOff.next(Optional.of(delay), NOW, NOW);
        }
        assertThat(
                        BackOff.next(Optional.of(delay), NOW.plusSeconds(601), NOW.plusSeconds(602))
                                .delay())
                .isEqualTo(BackOff.FIRST);
    }

    @Test
    void a_sidecar_holds_up_what_follows_until_it_has_begun_and_no_longer() {
        Pod pod = Pods.withSidecars(pod("Always", "a"), "s");
        pod.getSpec()
                .setInitContainers(
                        List.of(
                                Pods.container(pod, "s"),
                                new ContainerBuilder().withName("i").withImage("b:1").build()));
        Pods.container(pod, "s").setStartupProbe(new ProbeBuilder().build());
        PodMemory images = CHECKED.image("s", PRESENT).image("i", PRESENT).image("a", PRESENT);
        assertThat(started(plan(pod, view(), images))).isEqualTo("s");
        PodView begun = view(running("s", 0));
        assertThat(plan(pod, begun, images)).isInstanceOf(PodPlan.WaitUntil.class);
        PodMemory passed = images.container("s0", c -> c.probed(ProbeKind.STARTUP, true));
        assertThat(started(plan(pod, begun, passed))).isEqualTo("i");
        PodView through = view(running("s", 0), exited("i", 0, 0));
        assertThat(plan(pod, through, passed)).isInstanceOf(PodPlan.StartContainer.class);
    }

    @Test
    void a_sidecar_that_ends_runs_again_and_keeps_nobody_alive() {
        Pod pod = Pods.withSidecars(pod("Never", "a"), "s");
        PodMemory images = CHECKED.image("s", PRESENT).image("a", PRESENT);
        PodView ended = view(exited("s", 0, 1), running("a", 0));
        assertThat(plan(pod, ended, images))
                .isInstanceOfSatisfying(
                        PodPlan.StartContainer.class,
                        start -> assertThat(start.attempt()).isEqualTo(1));
        PodView done = view(running("s", 1), exited("a", 0, 0));
        assertThat(plan(pod, done, images))
                .isInstanceOfSatisfying(
                        PodPlan.Terminate.class,
                        end -> assertThat(end.containers()).containsExactly(running("s", 1)));
    }

    @Test
    void a_new_sandbox_begins_with_the_init_containers_again() {
        Pod pod = Pods.withInit(pod("OnFailure", "a"), "i");
        PodView anew =
                new PodView(
                        List.of(sandbox(false), new SandboxView("s1", 1, true, NOW, "10.203.0.3")),
                        List.of(exited("i", 0, 0), exited("a", 0, 137)));
        PodMemory memory = PodMemory.NONE.checked("s1").image("i", PRESENT).image("a", PRESENT);
        assertThat(plan(pod, anew, memory))
                .isInstanceOfSatisfying(
                        PodPlan.RunInit.class, init -> assertThat(init.attempt()).isEqualTo(1));
    }

    @Test
    void an_ephemeral_container_starts_beside_the_others_and_never_twice() {
        Pod pod = Pods.withInit(pod("Always", "a"), "i");
        pod.getSpec()
                .setEphemeralContainers(
                        List.of(
                                new EphemeralContainerBuilder()
                                        .withName("e")
                                        .withImage("busybox:1")
                                        .build()));
        PodMemory images = CHECKED.image("e", PRESENT).image("a", PRESENT);
        assertThat(plan(pod, view(running("i", 0)), images))
                .isInstanceOfSatisfying(
                        PodPlan.StartEphemeral.class,
                        start -> assertThat(start.container().getName()).isEqualTo("e"));
        PodView over = view(running("i", 0), exited("e", 0, 1));
        assertThat(plan(pod, over, images)).isInstanceOf(PodPlan.WaitUntil.class);
    }

    @Test
    void nothing_else_starts_while_a_hook_after_a_start_runs() {
        Pod pod = pod("Always", "a", "b");
        PodMemory images = CHECKED.image("a", PRESENT).image("b", PRESENT);
        PodMemory hooking =
                images.container("a0", c -> c.postStart(ContainerMemory.PostStart.RUNNING));
        assertThat(plan(pod, view(running("a", 0)), hooking)).isInstanceOf(PodPlan.WaitUntil.class);
        assertThat(plan(pod, view(running("a", 0)), images))
                .isInstanceOf(PodPlan.StartContainer.class);
    }

    @Test
    void a_container_whose_hook_failed_is_ended() {
        PodMemory failed =
                CHECKED.container("a0", c -> c.postStart(ContainerMemory.PostStart.FAILED));
        assertThat(plan(pod("Always", "a"), view(running("a", 0)), failed))
                .isInstanceOfSatisfying(
                        PodPlan.Terminate.class,
                        end -> assertThat(end.message()).isEqualTo("FailedPostStartHook"));
    }

    @ParameterizedTest
    @CsvSource({
        "Always, LIVENESS, 'Container a failed liveness probe, will be restarted'",
        "Never, LIVENESS, 'Container a failed liveness probe'",
        "OnFailure, STARTUP, 'Container a failed startup probe, will be restarted'"
    })
    void a_container_that_failed_its_probe_is_ended_in_the_probes_own_grace(
            String policy, ProbeKind kind, String message) {
        Pod pod = pod(policy, "a");
        Probe probe = new ProbeBuilder().withTerminationGracePeriodSeconds(7L).build();
        Pods.container(pod, "a").setLivenessProbe(probe);
        Pods.container(pod, "a").setStartupProbe(probe);
        PodMemory failed =
                CHECKED.container("a0", c -> c.probed(ProbeKind.STARTUP, true).probed(kind, false));
        PodView running = view(running("a", 0));
        assertThat(plan(pod, running, failed))
                .isEqualTo(
                        new PodPlan.Terminate(
                                running.containers(),
                                Duration.ofSeconds(7),
                                message,
                                Optional.empty()));
        PodMemory begun = ending(failed, "a0", NOW.plusSeconds(7), false, false);
        assertThat(plan(pod, running, begun)).isEqualTo(kill(7, running("a", 0)));
        PodMemory told = ending(failed, "a0", NOW.plusSeconds(7), false, true);
        assertThat(plan(pod, running, told)).isInstanceOf(PodPlan.WaitUntil.class);
    }

    @Test
    void a_container_that_is_not_ready_is_left_alone() {
        Pod pod = pod("Always", "a");
        Pods.container(pod, "a").setReadinessProbe(new ProbeBuilder().build());
        PodMemory unready = CHECKED.container("a0", c -> c.probed(ProbeKind.READINESS, false));
        assertThat(plan(pod, view(running("a", 0)), unready)).isInstanceOf(PodPlan.WaitUntil.class);
    }

    @Test
    void an_evicted_pod_ends_within_a_second_whatever_grace_it_asks_for() {
        Pod pod = pod("Always", "a");
        pod.getSpec().setTerminationGracePeriodSeconds(600L);
        PodMemory told = CHECKED.evicted(EVICTED);
        assertThat(plan(pod, view(running("a", 0)), told))
                .isInstanceOfSatisfying(
                        PodPlan.Terminate.class,
                        t -> assertThat(t.grace()).isEqualTo(Duration.ofSeconds(1)));
        assertThat(plan(pod, PodView.NONE, told)).isEqualTo(new PodPlan.Finish());
    }

    @Test
    void an_eviction_shortens_any_grace_that_has_begun() {
        Pod pod = pod("Always", "a");
        PodMemory told = ending(CHECKED, "a0", NOW.plusSeconds(600), false, true);
        assertThat(plan(pod, view(running("a", 0)), told.evicted(EVICTED)))
                .isEqualTo(kill(1, running("a", 0)));
        Pod deleted = Pods.deleted(pod("Always", "a"), NOW.plusSeconds(600));
        assertThat(plan(deleted, view(running("a", 0)), told))
                .isInstanceOf(PodPlan.WaitUntil.class);
        assertThat(plan(deleted, view(running("a", 0)), told.evicted(EVICTED)))
                .isEqualTo(kill(1, running("a", 0)));
        PodMemory again = ending(CHECKED, "a0", NOW.plusSeconds(1), false, true).evicted(EVICTED);
        assertThat(plan(deleted, view(running("a", 0)), again))
                .isInstanceOf(PodPlan.WaitUntil.class);
    }

    @Test
    void a_hook_that_runs_is_not_waited_for_beyond_an_evictions_grace() {
        Pod pod = pod("Always", "a");
        Pods.container(pod, "a")
                .setLifecycle(
                        new LifecycleBuilder()
                                .withNewPreStop()
                                .withNewSleep(600L)
                                .endPreStop()
                                .build());
        PodMemory hooking =
                ending(CHECKED, "a0", NOW.plusSeconds(600), true, false).evicted(EVICTED);
        Instant over = NOW.plusSeconds(1);
        assertThat(plan(pod, view(running("a", 0)), hooking))
                .isEqualTo(new PodPlan.WaitUntil(over));
        assertThat(PodPlanner.plan(pod, view(running("a", 0)), hooking, over))
                .isEqualTo(new PodPlan.Kill(List.of(running("a", 0)), EndPlan.LEAST_AFTER_HOOK));
    }

    @Test
    void an_eviction_that_the_status_tells_of_is_gone_on_with_by_the_next_agent() {
        Pod pod = pod("Always", "a");
        PodView running = view(running("a", 0));
        PodMemory told =
                CHECKED.evicted(
                        Ending.Evicted.at(
                                NOW, new Eviction(Eviction.Cause.PRESSURE, "The node ...")));
        pod.setStatus(PodStatuses.of(pod, running, told, NOW, List.of("192.0.2.1")));
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        PodMemory found = PodMemory.found(pod, NOW);
        assertThat(found.eviction()).isEqualTo(told.eviction());
        assertThat(plan(pod, running, found)).isInstanceOf(PodPlan.Terminate.class);
        PodView ended = view(exited("a", 0, 137));
        assertThat(PodStatuses.of(pod, ended, found, NOW, List.of("192.0.2.1")).getReason())
                .isEqualTo("Evicted");
        assertThat(PodMemory.found(pod("Always", "a"), NOW).eviction()).isEmpty();
    }

    private static PodMemory ending(
            PodMemory memory, String id, Instant deadline, boolean hooking, boolean signalled) {
        return memory.container(id, c -> c.ending(new Termination(deadline, hooking, signalled)));
    }

    private static PodPlan kill(long seconds, ContainerView... containers) {
        return new PodPlan.Kill(List.of(containers), Duration.ofSeconds(seconds));
    }

    private static String started(PodPlan plan) {
        return plan instanceof PodPlan.RunInit init ? init.container().getName() : plan.toString();
    }

    private static PodView view(ContainerView... containers) {
        return new PodView(List.of(sandbox(true)), List.of(containers));
    }

    private static PodPlan plan(Pod pod, PodView view, PodMemory memory) {
        return PodPlanner.plan(pod, view, memory, NOW);
    }
}
