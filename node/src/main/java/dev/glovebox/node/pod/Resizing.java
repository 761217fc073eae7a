package dev.glovebox.node.pod;

import dev.glovebox.node.resize.Allocation;
import dev.glovebox.node.resize.Standing;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How far the resources of a pod's containers are what the node gave them.
///
/// @param standing what they were given, and why that is not what they ask for
/// @param actual what is in force
/// @param progress empty where what was given is in force
public record Resizing(Standing standing, Allocation actual, Optional<Progress> progress) {
    /// A condition: what the pod asks for is not given.
    static final String PENDING = "PodResizePending";

    /// A condition: what was given is not in force yet.
    static final String IN_PROGRESS = "PodResizeInProgress";

    /// Of a pod of which nothing is known.
    static final Resizing NONE =
            new Resizing(
                    new Standing(Allocation.NONE, Optional.empty()),
                    Allocation.NONE,
                    Optional.empty());

    /// What was given and is being carried out.
    ///
    /// @param generation of the pod that asked for it; null where the API told none
    /// @param failure of the last attempt; empty while there was none
    public record Progress(@Nullable Long generation, Optional<Failure> failure) {}

    /// What the status tells of a pod. What an earlier agent was about to carry out is to be
    /// carried out again, since nobody knows how far it came.
    static Resizing found(Pod pod) {
        Optional<Progress> progress =
                pod.getStatus() == null || PodFacts.terminal(pod)
                        ? Optional.empty()
                        : PodFacts.orEmpty(pod.getStatus().getConditions()).stream()
                                .filter(c -> IN_PROGRESS.equals(c.getType()))
                                .map(PodCondition::getObservedGeneration)
                                .map(generation -> new Progress(generation, Optional.empty()))
                                .findFirst();
        return new Resizing(
                new Standing(Allocation.allocated(pod), Optional.empty()),
                Allocation.inForce(pod),
                progress);
    }

    /// With what the node has come to give.
    ///
    /// @param generation of the pod that asks for it
    Resizing follow(Standing next, @Nullable Long generation) {
        boolean given = !standing.allocated().changes(next.allocated()).isEmpty();
        return new Resizing(
                next,
                actual,
                given ? Optional.of(new Progress(generation, Optional.empty())) : progress);
    }

    /// With all of it in force.
    public Resizing done() {
        return new Resizing(standing, standing.allocated(), Optional.empty());
    }

    /// With a container that was made with what it was given.
    public Resizing made(String container) {
        return new Resizing(standing, actual.with(container, standing.allocated()), progress);
    }

    /// With an attempt that failed.
    public Resizing failed(Failure failure) {
        return new Resizing(
                standing,
                actual,
                progress.map(p -> new Progress(p.generation(), Optional.of(failure))));
    }

    /// Whether a container that runs has to run anew to get what it was given, as its policy says.
    boolean needsRestart(Container container) {
        String name = container.getName();
        return standing.allocated().containers().containsKey(name)
                && actual.containers().containsKey(name)
                && PodFacts.orEmpty(container.getResizePolicy()).stream()
                        .filter(policy -> "RestartContainer".equals(policy.getRestartPolicy()))
                        .anyMatch(policy ->
                                actual.amounts(name)
                                        .differs(
                                                standing.allocated().amounts(name),
                                                Objects.requireNonNullElse(
                                                        policy.getResourceName(), "")));
    }
}
