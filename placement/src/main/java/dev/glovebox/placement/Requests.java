package dev.glovebox.placement;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Amounts by resource name: `cpu` in thousandths of a core, everything else in its own unit,
/// rounded up. What is not named is 0.
///
/// @param amounts by resource name, each at most [Amounts#MOST]
public record Requests(Map<String, Long> amounts) {
    /// Processors, in thousandths.
    public static final String CPU = "cpu";

    /// Bytes.
    public static final String MEMORY = "memory";

    /// Pods; each asks for one.
    public static final String PODS = "pods";

    /// What scores count for a container that requests none: a tenth of a core and 200 MiB, of
    /// kube-scheduler's `pkg/scheduler/util`.
    private static final Map<String, Long> USUAL = Map.of(CPU, 100L, MEMORY, 200L << 20);

    /// Nothing.
    public static final Requests NONE = new Requests(Map.of());

    /// Copies the map.
    public Requests {
        amounts = Map.copyOf(amounts);
    }

    /// What a resource list says.
    public static Requests of(@Nullable Map<String, Quantity> quantities) {
        Map<String, Long> amounts = new TreeMap<>();
        if (quantities != null) {
            quantities.forEach((name, quantity) -> amounts.put(name, amount(name, quantity)));
        }
        return new Requests(amounts);
    }

    /// What a pod takes from its node, itself included under [#PODS]: the larger of what runs
    /// together and what each init container needs beside the sidecars before it, or the pod's own
    /// requests where it has some, and its overhead. A container that is being resized counts with
    /// the most of what it asks for, was given and has; what its node can never give does not
    /// count. Source: KEP-753, KEP-2837, KEP-688 and KEP-1287.
    public static Requests of(Pod pod) {
        return of(pod, Map.of());
    }

    /// The same with something for containers that request nothing, which scores count.
    public static Requests usual(Pod pod) {
        return of(pod, USUAL);
    }

    private static Requests of(Pod pod, Map<String, Long> missing) {
        Map<String, Requests> held = held(pod);
        boolean infeasible = isInfeasible(pod);
        Requests sidecars = NONE;
        Requests starting = NONE;
        for (Container container : pod.getSpec().getInitContainers()) {
            if ("Always".equals(container.getRestartPolicy())) {
                Requests own = requests(container, held, infeasible, missing);
                sidecars = sidecars.plus(own);
                starting = starting.max(sidecars);
            } else {
                starting =
                        starting.max(
                                sidecars.plus(
                                        new Requests(missing)
                                                .overriddenBy(said(container.getResources()))));
            }
        }
        Requests running = sidecars;
        for (Container container : pod.getSpec().getContainers()) {
            running = running.plus(requests(container, held, infeasible, missing));
        }
        return running.max(starting)
                .overriddenBy(said(pod.getSpec().getResources()))
                .plus(of(pod.getSpec().getOverhead()))
                .plus(new Requests(Map.of(PODS, 1L)));
    }

    private static Requests requests(
            Container container,
            Map<String, Requests> held,
            boolean infeasible,
            Map<String, Long> missing) {
        Requests said = said(container.getResources());
        Requests has = held.get(container.getName());
        Requests counted = has == null ? said : infeasible ? has : said.max(has);
        return new Requests(missing).overriddenBy(counted);
    }

    private static Requests said(@Nullable ResourceRequirements resources) {
        return resources == null ? NONE : of(resources.getRequests());
    }

    /// By container: what its node has given it or still lets it have, where the node tells.
    private static Map<String, Requests> held(Pod pod) {
        PodStatus status = pod.getStatus();
        return status == null
                ? new HashMap<>()
                : Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
                        .flatMap(List::stream)
                        .filter(each -> each.getResources() != null)
                        .collect(
                                Collectors.toMap(
                                        ContainerStatus::getName,
                                        each ->
                                                said(each.getResources())
                                                        .max(of(each.getAllocatedResources())),
                                        Requests::max));
    }

    /// Whether a condition tells of the pod as it is to be now, where it says of which.
    private static boolean isOf(PodCondition condition, Pod pod) {
        return condition.getObservedGeneration() == null
                || condition.getObservedGeneration().equals(pod.getMetadata().getGeneration());
    }

    private static boolean isInfeasible(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(each ->
                                "PodResizePending".equals(each.getType())
                                        && "Infeasible".equals(each.getReason())
                                        && isOf(each, pod));
    }

    /// How much of one resource; 0 where it is not named.
    public long amount(String name) {
        return amounts.getOrDefault(name, 0L);
    }

    /// Both together.
    public Requests plus(Requests other) {
        return merge(other, Amounts::sum);
    }

    Requests max(Requests other) {
        return merge(other, Math::max);
    }

    private Requests overriddenBy(Requests other) {
        return merge(other, (own, override) -> override);
    }

    private Requests merge(Requests other, BinaryOperator<Long> operator) {
        Map<String, Long> merged = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> merged.merge(name, amount, operator));
        return new Requests(merged);
    }

    private static long amount(String name, Quantity quantity) {
        return name.equals(CPU) ? Amounts.milli(quantity) : Amounts.whole(quantity);
    }
}
