package dev.glovebox.placement;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Amounts of resources as whole numbers. Pods may name more than a number holds and than any
/// machine has: what is above [#MOST], or as far below zero, counts as that, alone and in sums.
/// Pure.
public final class Amounts {
    /// The most that anything amounts to: 2⁶⁰, which the kernel still takes for a limit.
    public static final long MOST = 1L << 60;

    private static final BigDecimal BOUND = BigDecimal.valueOf(MOST);
    private static final int THOUSANDTHS = 3;

    private Amounts() {}

    /// A number of bytes or things, rounded up where a quantity is finer; 0 for none.
    public static long whole(@Nullable Quantity quantity) {
        return number(quantity, 0);
    }

    /// A number of thousandths, as of processors, rounded up; 0 for none.
    public static long milli(@Nullable Quantity quantity) {
        return number(quantity, THOUSANDTHS);
    }

    private static long number(@Nullable Quantity quantity, int shift) {
        if (quantity == null) {
            return 0;
        }
        return quantity.getNumericalAmount()
                .movePointRight(shift)
                .min(BOUND)
                .max(BOUND.negate())
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
    }

    /// Both together.
    ///
    /// @param one at most [#MOST]
    /// @param other at most [#MOST]
    public static long sum(long one, long other) {
        return Math.clamp(one + other, -MOST, MOST);
    }

    /// What a pod comes to at most at any time: all containers and sidecars, or an init container
    /// beside the sidecars before it where that is more. Kubernetes' rule for requests and limits;
    /// the pod's overhead comes on top.
    ///
    /// @param amount of one container, at most [#MOST]
    public static long peak(Pod pod, ToLongFunction<Container> amount) {
        long sidecars = 0;
        long peak = 0;
        for (Container init : orEmpty(pod.getSpec().getInitContainers())) {
            long beside = sum(sidecars, amount.applyAsLong(init));
            peak = Math.max(peak, beside);
            sidecars = "Always".equals(init.getRestartPolicy()) ? beside : sidecars;
        }
        long running =
                orEmpty(pod.getSpec().getContainers()).stream()
                        .mapToLong(amount)
                        .reduce(sidecars, Amounts::sum);
        return Math.max(running, peak);
    }

    private static List<Container> orEmpty(@Nullable List<Container> list) {
        return list == null ? List.of() : list;
    }
}
