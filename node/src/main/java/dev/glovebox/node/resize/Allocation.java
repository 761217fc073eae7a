package dev.glovebox.node.resize;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Resources of a pod's containers that can be resized in place, which are containers and sidecars.
///
/// @param containers by name
public record Allocation(Map<String, ResourceRequirements> containers) {
    /// Of a pod of which nothing is known: whatever its spec says holds.
    public static final Allocation NONE = new Allocation(Map.of());

    /// Copies.
    public Allocation {
        containers = Map.copyOf(containers);
    }

    /// What a pod's spec says.
    public static Allocation of(Pod pod) {
        return each(pod, (container, status) -> said(container));
    }

    /// What a node gave the pod's containers last, as the pod's status tells: of what was allocated
    /// and not carried out yet it tells the requests alone. What the status does not tell of is as
    /// in the spec.
    public static Allocation allocated(Pod pod) {
        return each(
                pod,
                (container, status) ->
                        status == null || status.getResources() == null
                                ? said(container)
                                : new ResourceRequirementsBuilder(status.getResources())
                                        .withRequests(status.getAllocatedResources())
                                        .build());
    }

    /// What is in force for the pod's containers, as its status tells; as in the spec where it does
    /// not.
    public static Allocation inForce(Pod pod) {
        return each(
                pod,
                (container, status) ->
                        status == null || status.getResources() == null
                                ? said(container)
                                : status.getResources());
    }

    private static Allocation each(
            Pod pod,
            BiFunction<Container, @Nullable ContainerStatus, ResourceRequirements> resources) {
        Map<String, ResourceRequirements> all = new HashMap<>();
        resizable(pod)
                .forEach(container ->
                        all.put(
                                container.getName(),
                                resources.apply(container, status(pod, container.getName()))));
        return new Allocation(all);
    }

    private static Stream<Container> resizable(Pod pod) {
        return Stream.concat(
                orEmpty(pod.getSpec().getInitContainers()).stream()
                        .filter(c -> "Always".equals(c.getRestartPolicy())),
                orEmpty(pod.getSpec().getContainers()).stream());
    }

    private static @Nullable ContainerStatus status(Pod pod, String name) {
        return pod.getStatus() == null
                ? null
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses())
                        .flatMap(list -> orEmpty(list).stream())
                        .filter(status -> status.getName().equals(name))
                        .findFirst()
                        .orElse(null);
    }

    private static ResourceRequirements said(Container container) {
        return container.getResources() == null
                ? new ResourceRequirements()
                : container.getResources();
    }

    /// The pod with these resources in place of its spec's; the same pod where they are the same.
    public Pod over(Pod pod) {
        if (changes(of(pod)).isEmpty()) {
            return pod;
        }
        return new PodBuilder(pod)
                .editSpec()
                .withInitContainers(over(orEmpty(pod.getSpec().getInitContainers())))
                .withContainers(over(orEmpty(pod.getSpec().getContainers())))
                .endSpec()
                .build();
    }

    private List<Container> over(List<Container> all) {
        return all.stream()
                .map(container -> {
                    ResourceRequirements own = containers.get(container.getName());
                    return own == null
                            ? container
                            : new ContainerBuilder(container).withResources(own).build();
                })
                .toList();
    }

    /// The same with a container's resources from another.
    public Allocation with(String container, Allocation other) {
        Map<String, ResourceRequirements> next = new HashMap<>(containers);
        ResourceRequirements own = other.containers.get(container);
        if (own != null) {
            next.put(container, own);
        }
        return new Allocation(next);
    }

    /// Names of the containers of which another allocation has other amounts of what can be
    /// resized; a container of which one of both knows nothing has not.
    public Set<String> changes(Allocation other) {
        Set<String> changed = new TreeSet<>();
        for (String name : containers.keySet()) {
            if (other.containers.containsKey(name) && !amounts(name).equals(other.amounts(name))) {
                changed.add(name);
            }
        }
        return changed;
    }

    /// What a container has; nothing where it is not known.
    public ContainerAmounts amounts(String container) {
        ResourceRequirements own = containers.get(container);
        return own == null ? ContainerAmounts.NONE : ContainerAmounts.of(own);
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> map) {
        return map == null ? Map.of() : map;
    }
}
