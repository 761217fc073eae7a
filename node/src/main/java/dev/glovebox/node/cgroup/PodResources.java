package dev.glovebox.node.cgroup;

import dev.glovebox.node.amounts.PodLevel;
import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a pod as a whole asks for and may have, its class's overhead included: the sum over its
/// containers and sidecars, or what an init container asks for beside the sidecars before it where
/// that is more. A limit exists only where every container has one, because one without makes the
/// sum meaningless (kubelet's `ResourceConfigForPod`).
///
/// @param qos the pod's quality of service
/// @param cpuRequest milli-cpus; 0 for none
/// @param cpuLimit milli-cpus; empty for none
/// @param memoryLimit bytes; empty for none
public record PodResources(
        QosClass qos, long cpuRequest, OptionalLong cpuLimit, OptionalLong memoryLimit) {
    private static final String CPU = "cpu";
    private static final String MEMORY = "memory";

    /// Refuses a null part.
    public PodResources {
        Objects.requireNonNull(qos, "qos");
        Objects.requireNonNull(cpuLimit, "cpuLimit");
        Objects.requireNonNull(memoryLimit, "memoryLimit");
    }

    /// The resources of a pod's spec. Quantities are taken as valid: the API server has seen them.
    public static PodResources of(Pod pod) {
        @Nullable Quantity overhead = orEmpty(pod.getSpec().getOverhead()).get(CPU);
        return new PodResources(
                qos(pod),
                Amounts.sum(cpuRequest(pod), Amounts.milli(overhead)),
                limit(pod, CPU, Amounts::milli),
                limit(pod, MEMORY, Amounts::whole));
    }

    private static QosClass qos(Pod pod) {
        boolean guaranteed = true;
        boolean bestEffort = true;
        for (ResourceRequirements said : judged(pod)) {
            for (String resource : List.of(CPU, MEMORY)) {
                @Nullable Quantity limit = orEmpty(said.getLimits()).get(resource);
                @Nullable Quantity request = orEmpty(said.getRequests()).get(resource);
                bestEffort &= isNone(limit) && isNone(request);
                guaranteed &=
                        limit != null
                                && !isNone(limit)
                                && (request == null
                                        || request.getNumericalAmount()
                                                        .compareTo(limit.getNumericalAmount())
                                                == 0);
            }
        }
        if (bestEffort) {
            return QosClass.BEST_EFFORT;
        }
        return guaranteed ? QosClass.GUARANTEED : QosClass.BURSTABLE;
    }

    private static List<ResourceRequirements> judged(Pod pod) {
        @Nullable ResourceRequirements whole = pod.getSpec().getResources();
        return whole != null
                ? List.of(whole)
                : all(pod).map(each ->
                                Objects.requireNonNullElseGet(
                                        each.getResources(), ResourceRequirements::new))
                        .toList();
    }

    private static long cpuRequest(Pod pod) {
        return PodLevel.request(pod, CPU)
                .or(() -> PodLevel.limit(pod, CPU))
                .map(Amounts::milli)
                .orElseGet(() -> Amounts.peak(pod, PodResources::cpuRequest));
    }

    private static long cpuRequest(Container container) {
        Quantity request = requests(container).get(CPU);
        return Amounts.milli(request == null ? limits(container).get(CPU) : request);
    }

    private static OptionalLong limit(Pod pod, String resource, ToLongFunction<Quantity> amount) {
        Optional<Quantity> whole = PodLevel.limit(pod, resource);
        if (whole.isEmpty()
                && all(pod).anyMatch(container -> isNone(limits(container).get(resource)))) {
            return OptionalLong.empty();
        }
        Quantity overhead = orEmpty(pod.getSpec().getOverhead()).get(resource);
        long own = overhead == null ? 0 : amount.applyAsLong(overhead);
        long containers =
                whole.map(amount::applyAsLong).orElseGet(() -> ofContainers(pod, resource, amount));
        return OptionalLong.of(Amounts.sum(containers, own));
    }

    private static long ofContainers(Pod pod, String resource, ToLongFunction<Quantity> amount) {
        return Amounts.peak(
                pod,
                container ->
                        amount.applyAsLong(
                                Objects.requireNonNull(limits(container).get(resource))));
    }

    private static Stream<Container> all(Pod pod) {
        return Stream.of(pod.getSpec().getContainers(), pod.getSpec().getInitContainers())
                .flatMap(list -> orEmpty(list).stream());
    }

    private static boolean isNone(@Nullable Quantity quantity) {
        return quantity == null || quantity.getNumericalAmount().signum() == 0;
    }

    private static Map<String, Quantity> limits(Container container) {
        @Nullable ResourceRequirements resources = container.getResources();
        return resources == null ? Map.of() : orEmpty(resources.getLimits());
    }

    private static Map<String, Quantity> requests(Container container) {
        @Nullable ResourceRequirements resources = container.getResources();
        return resources == null ? Map.of() : orEmpty(resources.getRequests());
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static <K, V> Map<K, V> orEmpty(@Nullable Map<K, V> map) {
        return map == null ? Map.of() : map;
    }
}
