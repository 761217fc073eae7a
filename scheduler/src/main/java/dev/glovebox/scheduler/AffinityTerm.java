package dev.glovebox.scheduler;

import dev.glovebox.cluster.Selectors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinity;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// A term of a pod's affinity to other pods, or against them.
///
/// @param namespaces of the pods that it is about
/// @param others those of other namespaces, by the namespace
/// @param pods which pods there
/// @param key label of nodes that says what is near
/// @param weight of a preference; 1 for what is required
record AffinityTerm(
        Set<String> namespaces,
        Predicate<HasMetadata> others,
        Predicate<HasMetadata> pods,
        String key,
        int weight) {
    /// What a pod has to be near to.
    static List<AffinityTerm> required(Pod pod) {
        PodAffinity affinity = towards(pod);
        return affinity == null
                ? List.of()
                : all(pod, affinity.getRequiredDuringSchedulingIgnoredDuringExecution());
    }

    /// What a pod has to be away from.
    static List<AffinityTerm> requiredAgainst(Pod pod) {
        PodAntiAffinity affinity = against(pod);
        return affinity == null
                ? List.of()
                : all(pod, affinity.getRequiredDuringSchedulingIgnoredDuringExecution());
    }

    /// What a pod would like to be near to.
    static List<AffinityTerm> preferred(Pod pod) {
        PodAffinity affinity = towards(pod);
        return affinity == null
                ? List.of()
                : weighted(pod, affinity.getPreferredDuringSchedulingIgnoredDuringExecution());
    }

    /// What a pod would like to be away from.
    static List<AffinityTerm> preferredAgainst(Pod pod) {
        PodAntiAffinity affinity = against(pod);
        return affinity == null
                ? List.of()
                : weighted(pod, affinity.getPreferredDuringSchedulingIgnoredDuringExecution());
    }

    private static PodAffinity towards(Pod pod) {
        return pod.getSpec().getAffinity() == null
                ? new PodAffinity()
                : pod.getSpec().getAffinity().getPodAffinity();
    }

    private static PodAntiAffinity against(Pod pod) {
        return pod.getSpec().getAffinity() == null
                ? new PodAntiAffinity()
                : pod.getSpec().getAffinity().getPodAntiAffinity();
    }

    private static List<AffinityTerm> all(Pod pod, List<PodAffinityTerm> terms) {
        return terms.stream().map(term -> of(pod, term, 1)).toList();
    }

    private static List<AffinityTerm> weighted(Pod pod, List<WeightedPodAffinityTerm> terms) {
        return terms.stream()
                .map(term -> of(pod, term.getPodAffinityTerm(), term.getWeight()))
                .toList();
    }

    private static AffinityTerm of(Pod pod, PodAffinityTerm term, int weight) {
        boolean own = term.getNamespaces().isEmpty() && term.getNamespaceSelector() == null;
        return new AffinityTerm(
                own ? Set.of(pod.getMetadata().getNamespace()) : Set.copyOf(term.getNamespaces()),
                Selectors.of(term.getNamespaceSelector()),
                Selectors.of(term.getLabelSelector()),
                term.getTopologyKey(),
                weight);
    }

    /// Whether it is about that pod.
    boolean matches(Pod pod, Surroundings around) {
        String namespace = pod.getMetadata().getNamespace();
        return (namespaces.contains(namespace) || others.test(around.namespace(namespace)))
                && pods.test(pod);
    }
}
