package dev.glovebox.scheduler;

import dev.glovebox.cluster.Selectors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// What decisions depend on beside nodes and pods.
///
/// @param namespaces by name
/// @param services all of them
/// @param owners selectors of what makes pods
/// @param budgets how many pods may be missing
/// @param storage claims, volumes and their classes
public record Surroundings(
        Map<String, Namespace> namespaces,
        List<Service> services,
        Map<Owner, LabelSelector> owners,
        List<PodDisruptionBudget> budgets,
        Storage storage) {
    /// Nothing.
    public static final Surroundings NONE =
            new Surroundings(Map.of(), List.of(), Map.of(), List.of(), Storage.NONE);

    /// Copies the collections.
    public Surroundings {
        namespaces = Map.copyOf(namespaces);
        services = List.copyOf(services);
        owners = Map.copyOf(owners);
        budgets = List.copyOf(budgets);
    }

    /// What makes pods: a ReplicationController, a ReplicaSet or a StatefulSet.
    ///
    /// @param kind of it
    /// @param namespace where it is
    /// @param name of it
    public record Owner(String kind, String namespace, String name) {}

    /// The owners among some objects with their selectors.
    static <T extends HasMetadata> Map<Owner, LabelSelector> owners(
            String kind, Collection<T> objects, Function<T, LabelSelector> selector) {
        Map<Owner, LabelSelector> found = new HashMap<>();
        for (T object : objects) {
            found.put(
                    new Owner(
                            kind,
                            object.getMetadata().getNamespace(),
                            object.getMetadata().getName()),
                    selector.apply(object));
        }
        return found;
    }

    /// A namespace with its labels, without any where it is not known.
    HasMetadata namespace(String name) {
        Namespace known = namespaces.get(name);
        return known != null
                ? known
                : new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
    }

    /// What a pod's fellows are: what the Services that pick it and its owner pick. Empty where
    /// there are neither. Source: kube-scheduler's default constraints of PodTopologySpread.
    Optional<Predicate<HasMetadata>> fellows(Pod pod) {
        List<Predicate<HasMetadata>> all = new ArrayList<>();
        String namespace = pod.getMetadata().getNamespace();
        for (Service service : services) {
            Map<String, String> wanted =
                    service.getSpec() == null ? Map.of() : service.getSpec().getSelector();
            if (wanted != null
                    && !wanted.isEmpty()
                    && Objects.equals(namespace, service.getMetadata().getNamespace())
                    && Selectors.ofLabels(wanted).test(pod)) {
                all.add(Selectors.ofLabels(wanted));
            }
        }
        for (OwnerReference reference : pod.getMetadata().getOwnerReferences()) {
            LabelSelector selector =
                    owners.get(new Owner(reference.getKind(), namespace, reference.getName()));
            if (Boolean.TRUE.equals(reference.getController()) && selector != null) {
                all.add(Selectors.of(selector));
            }
        }
        return all.stream().reduce(Predicate::and);
    }
}
