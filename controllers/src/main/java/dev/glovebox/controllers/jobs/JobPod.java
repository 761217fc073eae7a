package dev.glovebox.controllers.jobs;

import dev.glovebox.controllers.loop.PodFacts;
import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// What a Job's pod says of itself.
record JobPod(Pod pod) {
    /// Holds a pod until it has been counted.
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    static final String INDEX = "batch.kubernetes.io/job-completion-index";
    static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";
    static final String IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";

    String uid() {
        return pod.getMetadata().getUid();
    }

    boolean isHeld() {
        return pod.getMetadata().getFinalizers().contains(FINALIZER);
    }

    boolean hasSucceeded() {
        return PodFacts.phase(pod).equals("Succeeded");
    }

    /// Whether it counts as failed; one that is being deleted does, where it is replaced at once.
    boolean hasFailed(JobView job) {
        return PodFacts.phase(pod).equals("Failed")
                || (!job.replacesOnlyFailed() && PodFacts.isLeaving(pod) && !hasSucceeded());
    }

    boolean isTerminating() {
        return PodFacts.isLeaving(pod) && !PodFacts.hasEnded(pod);
    }

    /// Which index it is for; empty where it is for none.
    OptionalInt index() {
        return number(INDEX);
    }

    /// Which index it is for, if the Job has such an index.
    OptionalInt index(JobView job) {
        OptionalInt index = index();
        return index.isPresent() && index.getAsInt() < job.completions().orElse(0)
                ? index
                : OptionalInt.empty();
    }

    /// How often its index had failed before.
    int failures() {
        return number(FAILURES).orElse(0);
    }

    /// How often its index had failed before without that counting.
    int ignored() {
        return number(IGNORED).orElse(0);
    }

    private OptionalInt number(String annotation) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(annotation);
        return text != null && text.matches("[0-9]{1,9}")
                ? OptionalInt.of(Integer.parseInt(text))
                : OptionalInt.empty();
    }

    /// When it ended: by its containers, else by its readiness, else by its deletion, else never
    /// later than it was made.
    Instant ended() {
        return byContainers()
                .or(() ->
                        PodFacts.condition(pod, "Ready")
                                .filter(each -> each.getStatus().equals("False"))
                                .map(PodCondition::getLastTransitionTime)
                                .flatMap(Times::of))
                .or(() -> Times.of(pod.getMetadata().getDeletionTimestamp()).map(this::begun))
                .or(() -> Times.of(pod.getMetadata().getCreationTimestamp()))
                .orElse(Instant.EPOCH);
    }

    private Instant begun(Instant deletion) {
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        return grace == null ? deletion : deletion.minusSeconds(grace);
    }

    private Optional<Instant> byContainers() {
        List<ContainerStatus> statuses =
                pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
        List<Instant> ends = statuses.stream().flatMap(JobPod::end).toList();
        return ends.size() == statuses.size()
                ? ends.stream().max(Instant::compareTo)
                : Optional.empty();
    }

    private static Stream<Instant> end(ContainerStatus status) {
        return Stream.ofNullable(status.getState())
                .map(state -> state.getTerminated())
                .filter(Objects::nonNull)
                .flatMap(end -> Times.of(end.getFinishedAt()).stream());
    }

    /// How often its containers were started again.
    int restarts() {
        return pod.getStatus() == null
                ? 0
                : Stream.concat(
                                pod.getStatus().getInitContainerStatuses().stream(),
                                pod.getStatus().getContainerStatuses().stream())
                        .map(ContainerStatus::getRestartCount)
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .sum();
    }
}
