package dev.glovebox.node.cgroup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
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
        PodSpec spec = Objects.requireNonNull(pod.getSpec(), "spec");
        List<Container> running = orEmpty(spec.getContainers());
        List<Container> initial = orEmpty(spec.getInitContainers());
        Map<String, Quantity> overhead = orEmpty(spec.getOverhead());
        return new PodResources(
                qos(running, initial),
                requests(running, initial) + milli(overhead.get(CPU)),
                limit(running, initial, CPU, overhead),
                limit(running, initial, MEMORY, overhead));
    }

    private static QosClass qos(List<Container> running, List<Container> initial) {
        List<Container> all = new ArrayList<>(running);
        all.addAll(initial);
        boolean guaranteed = true;
        boolean bestEffort = true;
        for (Container container : all) {
            for (String resource : List.of(CPU, MEMORY)) {
                @Nullable Quantity limit = limits(container).get(resource);
                @Nullable Quantity request = requests(container).get(resource);
                bestEffort &= isNone(limit) && isNone(request);
                guaranteed &=
                        !isNone(limit)
                                && (request == null || exact(request).compareTo(exact(limit)) == 0);
            }
        }
        if (bestEffort) {
            return QosClass.BEST_EFFORT;
        }
        return guaranteed ? QosClass.GUARANTEED : QosClass.BURSTABLE;
    }

    private static long requests(List<Container> running, List<Container> initial) {
        long sum = running.stream().mapToLong(PodResources::cpuRequest).sum();
        return most(sum, initial, PodResources::cpuRequest);
    }

    /// What is most at any time: an init container beside the sidecars before it, or all containers
    /// and sidecars.
    private static long most(
            long running, List<Container> initial, ToLongFunction<Container> amount) {
        long sidecars = 0;
        long most = 0;
        for (Container container : initial) {
            long own = amount.applyAsLong(container);
            if ("Always".equals(container.getRestartPolicy())) {
                sidecars += own;
                most = Math.max(most, sidecars);
            } else {
                most = Math.max(most, sidecars + own);
            }
        }
        return Math.max(running + sidecars, most);
    }

    private static long cpuRequest(Container container) {
        Quantity request = requests(container).get(CPU);
        return milli(request == null ? limits(container).get(CPU) : request);
    }

    private static OptionalLong limit(
            List<Container> running,
            List<Container> initial,
            String resource,
            Map<String, Quantity> overhead) {
        long sum = 0;
        for (Container container : running) {
            Quantity limit = limits(container).get(resource);
            if (isNone(limit)) {
                return OptionalLong.empty();
            }
            sum += amount(resource, limit);
        }
        if (initial.stream().anyMatch(c -> isNone(limits(c).get(resource)))) {
            return OptionalLong.empty();
        }
        long most = most(sum, initial, c -> amount(resource, limits(c).get(resource)));
        return OptionalLong.of(most + amount(resource, overhead.get(resource)));
    }

    private static long amount(String resource, @Nullable Quantity quantity) {
        return resource.equals(CPU) ? milli(quantity) : bytes(quantity);
    }

    private static boolean isNone(@Nullable Quantity quantity) {
        return quantity == null || exact(quantity).signum() == 0;
    }

    private static long milli(@Nullable Quantity quantity) {
        return exact(quantity).movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact();
    }

    private static long bytes(@Nullable Quantity quantity) {
        return exact(quantity).setScale(0, RoundingMode.CEILING).longValueExact();
    }

    private static BigDecimal exact(@Nullable Quantity quantity) {
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
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
