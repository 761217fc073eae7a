package dev.glovebox.node.pod;

import static dev.glovebox.node.pod.Pods.exited;
import static dev.glovebox.node.pod.Pods.pod;
import static dev.glovebox.node.pod.Pods.running;
import static dev.glovebox.node.pod.Pods.sandbox;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodPlannerTest {
    private static final Instant NOW = Pods.NOW;
    private static final ImageState PRESENT = new ImageState.Present("sha256:1");
    private static final PodMemory CHECKED = PodMemory.NONE.checked("s0");

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
                .isEqualTo(new PodPlan.Kill(running.containers(), Duration.ofSeconds(30)));
        PodMemory told = CHECKED.killing("a0", NOW.plusSeconds(30));
        assertThat(plan(pod, running, told)).isInstanceOf(PodPlan.WaitUntil.class);
        assertThat(plan(pod, view(exited("a", 0, 143)), told))
                .isInstanceOf(PodPlan.StopSandbox.class);
        PodView stopped = new PodView(List.of(sandbox(false)), List.of(exited("a", 0, 143)));
        assertThat(plan(pod, stopped, told)).isEqualTo(new PodPlan.Remove());
    }

    @Test
    void a_grace_that_is_shortened_is_told_again() {
        Pod pod = Pods.deleted(pod("Always", "a"), NOW.plusSeconds(1));
        PodMemory told = CHECKED.killing("a0", NOW.plusSeconds(30));
        assertThat(plan(pod, view(running("a", 0)), told)).isInstanceOf(PodPlan.Kill.class);
    }

    @Test
    void a_pod_over_its_deadline_is_ended() {
        Pod pod = Pods.started(pod("Always", "a"), NOW.minusSeconds(60));
        pod.getSpec().setActiveDeadlineSeconds(60L);
        assertThat(plan(pod, view(running("a", 0)), CHECKED)).isInstanceOf(PodPlan.Kill.class);
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
        BackOff delay = BackOff.next(Optional.empty(), NOW);
        for (long seconds : new long[] {10, 20, 40, 80, 160, 300, 300}) {
            assertThat(delay.delay()).isEqualTo(Duration.ofSeconds(seconds));
            delay = BackOff.next(Optional.of(delay), NOW);
        }
        assertThat(BackOff.next(Optional.of(delay), NOW.plusSeconds(601)).delay())
                .isEqualTo(BackOff.FIRST);
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
