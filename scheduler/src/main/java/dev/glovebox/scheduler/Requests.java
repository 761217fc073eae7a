package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// Amounts by resource name: `cpu` in thousandths of a core, everything else in its own unit,
/// rounded up. What is not named is 0.
///
/// @param amounts by resource name
record Requests(Map<String, Long> amounts) {
    static final String CPU = "cpu";
    static final String MEMORY = "memory";
    static final String PODS = "pods";

    /// What scores count for a container that requests none: a tenth of a core and 200 MiB, of
    /// kube-scheduler's `pkg/scheduler/util`.
    private static final Map<String, Long> USUAL = Map.of(CPU, 100L, MEMORY, 200L << 20);

    static final Requests NONE = new Requests(Map.of());

    private static final BigDecimal MILLI = BigDecimal.valueOf(1000);

    Requests {
        amounts = Map.copyOf(amounts);
    }

    /// What a resource list says.
    static Requests of(@Nullable Map<String, Quantity> quantities) {
        Map<String, Long> amounts = new TreeMap<>();
        if (quantities != null) {
            quantities.forEach((name, quantity) -> amounts.put(name, amount(name, quantity)));
        }
        return new Requests(amounts);
    }

    /// What a pod takes from its node, itself included under [#PODS]: the larger of what runs
    /// together and what each init container needs beside the sidecars before it, or the pod's own
    /// requests where it has some, and its overhead. Source: KEP-753, KEP-2837 and KEP-688.
    static Requests of(Pod pod) {
        return of(pod, Map.of());
    }

    /// The same with something for containers that request nothing, which scores count.
    static Requests usual(Pod pod) {
        return of(pod, USUAL);
    }

    private static Requests of(Pod pod, Map<String, Long> missing) {
        Requests sidecars = NONE;
        Requests starting = NONE;
        for (Container container : pod.getSpec().getInitContainers()) {
            Requests own = requests(container.getResources(), missing);
            if ("Always".equals(container.getRestartPolicy())) {
                sidecars = sidecars.plus(own);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(own));
            }
        }
        Requests running = sidecars;
        for (Container container : pod.getSpec().getContainers()) {
            running = running.plus(requests(container.getResources(), missing));
        }
        return running.max(starting)
                .overriddenBy(requests(pod.getSpec().getResources(), Map.of()))
                .plus(of(pod.getSpec().getOverhead()))
                .plus(new Requests(Map.of(PODS, 1L)));
    }

    private static Requests requests(
            @Nullable ResourceRequirements resources, Map<String, Long> missing) {
        Requests said = resources == null ? NONE : of(resources.getRequests());
        return new Requests(missing).overriddenBy(said);
    }

    long amount(String name) {
        return amounts.getOrDefault(name, 0L);
    }

    Requests plus(Requests other) {
        return merge(other, Long::sum);
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
        BigDecimal value = quantity.getNumericalAmount();
        return (name.equals(CPU) ? value.multiply(MILLI) : value)
                .setScale(0, RoundingMode.CEILING)
                .longValue();
    }
}
