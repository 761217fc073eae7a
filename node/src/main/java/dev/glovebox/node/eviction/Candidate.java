package dev.glovebox.node.eviction;

import dev.glovebox.node.amounts.PodRequests;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/// A pod that could leave, with what it uses of what is short.
///
/// @param usage bytes, inodes or processes; [#UNKNOWN] where it could not be measured
/// @param request what it asked for of it, 0 for nothing
/// @param containers usage by name, as far as each is known
public record Candidate(Pod pod, long usage, long request, Map<String, Long> containers) {
    /// A usage that could not be measured: such a pod goes first.
    public static final long UNKNOWN = -1;

    /// A pod with what it asked for of what a signal tells of.
    public static Candidate of(Pod pod, Signal signal, long usage, Map<String, Long> containers) {
        return new Candidate(pod, usage, PodRequests.of(pod, signal.resource()), containers);
    }

    /// Copies.
    public Candidate {
        containers = Map.copyOf(containers);
    }

    /// The pod's priority, 0 where it has none.
    int priority() {
        Integer priority = pod.getSpec().getPriority();
        return priority == null ? 0 : priority;
    }

    boolean known() {
        return usage != UNKNOWN;
    }

    /// Whether it uses more than it asked for.
    boolean exceeds() {
        return usage > request;
    }

    /// How much more.
    long excess() {
        return usage - request;
    }
}
