package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps a pod off nodes that are not near the pods which it has to be near to, or near those which
/// it has to be away from or which have to be away from it: kube-scheduler's InterPodAffinity.
final class PodAffinity implements Filter {
    /// A value of a label of nodes.
    private record Place(String key, String value) {}

    private final Pod pod;
    private final Surroundings around;
    private final List<AffinityTerm> terms;
    private final List<AffinityTerm> against;

    /// Where pods are that match all the terms.
    private final Set<Place> near = new HashSet<>();

    /// Where pods are that the pod has to be away from.
    private final Set<Place> avoided = new HashSet<>();

    /// Where pods are that have to be away from it.
    private final Set<Place> closed = new HashSet<>();

    PodAffinity(Snapshot snapshot, Pod pod) {
        this.pod = pod;
        this.around = snapshot.around();
        this.terms = AffinityTerm.required(pod);
        this.against = AffinityTerm.requiredAgainst(pod);
        for (NodeState node : snapshot.nodes()) {
            node.pods().forEach(other -> note(node, other));
        }
    }

    private void note(NodeState node, Pod other) {
        if (matchesAll(other)) {
            terms.forEach(term -> add(near, node, term));
        }
        against.stream()
                .filter(term -> term.matches(other, around))
                .forEach(term -> add(avoided, node, term));
        AffinityTerm.requiredAgainst(other).stream()
                .filter(term -> term.matches(pod, around))
                .forEach(term -> add(closed, node, term));
    }

    private static void add(Set<Place> places, NodeState node, AffinityTerm term) {
        String value = node.labels().get(term.key());
        if (value != null) {
            places.add(new Place(term.key(), value));
        }
    }

    private boolean matchesAll(Pod other) {
        return !terms.isEmpty() && terms.stream().allMatch(term -> term.matches(other, around));
    }

    @Override
    public Optional<Refusal> refuse(NodeState node) {
        if (!isNear(node)) {
            return Refusal.lasting("node(s) didn't match pod affinity rules");
        }
        if (against.stream().anyMatch(term -> avoided.contains(place(node, term.key())))) {
            return Refusal.curable("node(s) didn't match pod anti-affinity rules");
        }
        boolean shut =
                node.labels().keySet().stream().anyMatch(key -> closed.contains(place(node, key)));
        return shut
                ? Refusal.curable("node(s) didn't satisfy existing pods anti-affinity rules")
                : Optional.empty();
    }

    private static Place place(NodeState node, String key) {
        return new Place(key, node.labels().getOrDefault(key, ""));
    }

    /// The first of pods that have to be near each other may go where the labels are.
    private boolean isNear(NodeState node) {
        return terms.stream().allMatch(term -> node.labels().containsKey(term.key()))
                && (terms.stream().allMatch(term -> near.contains(place(node, term.key())))
                        || (near.isEmpty() && matchesAll(pod)));
    }
}
