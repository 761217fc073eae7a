package dev.glovebox.node.pod;

import static dev.glovebox.node.pod.Pods.exited;
import static dev.glovebox.node.pod.Pods.running;
import static dev.glovebox.node.pod.Pods.sandbox;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.resize.Allocation;
import dev.glovebox.node.resize.Standing;
import io.fabric8.kubernetes.api.model.ContainerResizePolicy;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResizingTest {
    private static final Instant NOW = Pods.NOW;
    private final Pod before = sized(Pods.pod("Always", "a"), "100m", 1);
    private final Pod after = sized(Pods.pod("Always", "a"), "200m", 2);

    @Test
    void what_was_given_is_put_in_force_once() {
        PodMemory memory = memory(before, after);
        assertThat(plan(after, memory, running("a", 0))).isEqualTo(new PodPlan.Resize());
        assertThat(plan(after, memory.resizing(Resizing::done), running("a", 0)))
                .isInstanceOf(PodPlan.WaitUntil.class);
    }

    @Test
    void what_is_not_given_changes_nothing() {
        Standing refused =
                new Standing(
                        Allocation.of(before),
                        Optional.of(new Standing.Pending("Deferred", "no room", 2L)));
        PodMemory memory = known(before).follow(refused, after);
        assertThat(plan(before, memory, running("a", 0))).isInstanceOf(PodPlan.WaitUntil.class);
        PodCondition pending = condition(status(before, memory), "PodResizePending");
        assertThat(pending.getReason()).isEqualTo("Deferred");
        assertThat(pending.getMessage()).isEqualTo("no room");
        assertThat(pending.getObservedGeneration()).isEqualTo(2);
    }

    @Test
    void the_status_tells_what_was_given_and_what_is_in_force() {
        PodMemory memory = memory(before, after);
        PodStatus doing = status(after, memory);
        ContainerStatus container = doing.getContainerStatuses().getFirst();
        assertThat(container.getAllocatedResources()).containsEntry("cpu", new Quantity("200m"));
        assertThat(container.getResources().getRequests())
                .containsEntry("cpu", new Quantity("100m"));
        PodCondition progress = condition(doing, "PodResizeInProgress");
        assertThat(progress.getStatus()).isEqualTo("True");
        assertThat(progress.getReason()).isNull();
        assertThat(progress.getObservedGeneration()).isEqualTo(2);

        PodStatus done = status(after, memory.resizing(Resizing::done));
        assertThat(done.getContainerStatuses().getFirst().getResources().getRequests())
                .containsEntry("cpu", new Quantity("200m"));
        assertThat(done.getConditions())
                .extracting(PodCondition::getType)
                .doesNotContain("PodResizeInProgress", "PodResizePending");
    }

    @Test
    void a_failure_is_named_and_tried_again_later() {
        Failure failure =
                new Failure(
                        "Error",
                        "cannot decrease memory limits: x",
                        new BackOff(BackOff.FIRST, NOW),
                        NOW.plusSeconds(10));
        PodMemory memory = memory(before, after).resizing(r -> r.failed(failure));
        assertThat(plan(after, memory, running("a", 0)))
                .isEqualTo(new PodPlan.WaitUntil(NOW.plusSeconds(10)));
        PodCondition progress = condition(status(after, memory), "PodResizeInProgress");
        assertThat(progress.getReason()).isEqualTo("Error");
        assertThat(progress.getMessage()).isEqualTo("cannot decrease memory limits: x");
    }

    @Test
    void a_container_whose_policy_says_so_ends_first_and_begins_anew_after_the_resize() {
        restarts(before, "cpu");
        restarts(after, "cpu");
        PodMemory memory = memory(before, after);
        assertThat(plan(after, memory, running("a", 0)))
                .isEqualTo(
                        new PodPlan.Terminate(
                                List.of(running("a", 0)),
                                Duration.ofSeconds(30),
                                "Container a resize requires restart",
                                Optional.empty()));
        assertThat(plan(after, memory, exited("a", 0, 137))).isEqualTo(new PodPlan.Resize());
        assertThat(plan(after, memory.resizing(Resizing::done), exited("a", 0, 137)))
                .isInstanceOf(PodPlan.EnsureImage.class);
    }

    @Test
    void the_policy_of_another_resource_does_not_matter() {
        restarts(after, "memory");
        assertThat(plan(after, memory(before, after), running("a", 0)))
                .isEqualTo(new PodPlan.Resize());
    }

    @Test
    void one_that_ends_well_for_a_resize_begins_anew_also_where_only_failures_are_restarted() {
        Pod small = restarts(sized(Pods.pod("OnFailure", "a"), "100m", 1), "cpu");
        Pod large = restarts(sized(Pods.pod("OnFailure", "a"), "200m", 2), "cpu");
        PodMemory memory =
                memory(small, large)
                        .container("a0", c -> c.ending(new Termination(NOW, false, true)))
                        .resizing(Resizing::done);
        assertThat(plan(large, memory, exited("a", 0, 0))).isInstanceOf(PodPlan.EnsureImage.class);
        assertThat(
                        PodStatuses.of(
                                        large,
                                        view(exited("a", 0, 0)),
                                        memory,
                                        NOW,
                                        List.of("192.0.2.1"))
                                .getPhase())
                .isEqualTo("Running");
    }

    @Test
    void an_agent_that_comes_later_carries_out_what_was_begun() {
        Pod found = sized(Pods.pod("Always", "a"), "200m", 2);
        found.setStatus(status(found, memory(before, after)));
        PodMemory memory = PodMemory.found(found, NOW).checked("s0");
        assertThat(memory.resizing().actual().amounts("a").cpuRequest()).isEqualTo(100);
        assertThat(memory.resizing().standing().allocated().amounts("a").cpuRequest())
                .isEqualTo(200);
        assertThat(plan(found, memory, running("a", 0))).isEqualTo(new PodPlan.Resize());
    }

    @Test
    void what_a_container_that_is_not_there_yet_was_refused_is_refused_by_the_next_agent_too() {
        Standing refused =
                new Standing(
                        Allocation.of(before),
                        Optional.of(new Standing.Pending("Infeasible", "too much", 2L)));
        PodMemory memory = known(before).follow(refused, after);
        Pod found = sized(Pods.pod("Always", "a"), "200m", 2);
        found.setStatus(PodStatuses.of(before, view(), memory, NOW, List.of("192.0.2.1")));
        assertThat(Allocation.allocated(found).amounts("a").cpuRequest()).isEqualTo(100);
    }

    private static PodMemory known(Pod pod) {
        Standing standing = new Standing(Allocation.of(pod), Optional.empty());
        return PodMemory.found(pod, NOW).follow(standing, pod).checked("s0");
    }

    private static PodMemory memory(Pod before, Pod after) {
        return known(before).follow(new Standing(Allocation.of(after), Optional.empty()), after);
    }

    private static Pod sized(Pod pod, String cpu, long generation) {
        pod.getMetadata().setGeneration(generation);
        Pods.container(pod, "a")
                .setResources(
                        new ResourceRequirementsBuilder()
                                .addToRequests("cpu", new Quantity(cpu))
                                .build());
        return pod;
    }

    private static Pod restarts(Pod pod, String resource) {
        Pods.container(pod, "a")
                .setResizePolicy(List.of(new ContainerResizePolicy(resource, "RestartContainer")));
        return pod;
    }

    private static PodView view(ContainerView... containers) {
        return new PodView(List.of(sandbox(true)), List.of(containers));
    }

    private static PodPlan plan(Pod pod, PodMemory memory, ContainerView... containers) {
        return PodPlanner.plan(pod, view(containers), memory, NOW);
    }

    private static PodStatus status(Pod pod, PodMemory memory) {
        return PodStatuses.of(pod, view(running("a", 0)), memory, NOW, List.of("192.0.2.1"));
    }

    private static PodCondition condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
