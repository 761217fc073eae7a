package dev.glovebox.controllers.nodes;

import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Pods that nobody looks after any more. Pure. Source: kube-controller-manager's
/// `gc_controller.go`.
///
/// @param ended the oldest of those that have ended, where there are too many
/// @param orphaned pods of nodes that are gone
/// @param unplaced pods that are being deleted and never had a node to see to it
record PodGarbage(List<Pod> ended, List<Pod> orphaned, List<Pod> unplaced) {
    /// Most pods that have ended and stay. kube-controller-manager's
    /// `--terminated-pod-gc-threshold`.
    static final int MOST_ENDED = 12_500;

    PodGarbage {
        ended = List.copyOf(ended);
        orphaned = List.copyOf(orphaned);
        unplaced = List.copyOf(unplaced);
    }

    /// What there is among pods.
    ///
    /// @param gone names of nodes that are gone for good
    static PodGarbage among(Collection<Pod> pods, Set<String> gone, int most) {
        List<Pod> ended =
                new ArrayList<>(
                        pods.stream()
                                .filter(pod -> PodFacts.hasEnded(pod) && !PodFacts.isLeaving(pod))
                                .sorted(
                                        Comparator.comparing(
                                                        (Pod pod) ->
                                                                pod.getMetadata()
                                                                        .getCreationTimestamp(),
                                                        Comparator.nullsFirst(
                                                                Comparator.naturalOrder()))
                                                .thenComparing(pod -> pod.getMetadata().getName()))
                                .toList());
        return new PodGarbage(
                ended.subList(0, Math.max(0, ended.size() - most)),
                pods.stream()
                        .filter(PodFacts::isAssigned)
                        .filter(pod -> gone.contains(pod.getSpec().getNodeName()))
                        .toList(),
                pods.stream()
                        .filter(pod -> PodFacts.isLeaving(pod) && !PodFacts.isAssigned(pod))
                        .toList());
    }
}
