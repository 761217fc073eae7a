package dev.glovebox.controllers.loop;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// Which pods go first when there are too many: those that have come less far, cost less, crowd a
/// node, and have been there for a shorter time. Source: kube-controller-manager's
/// `ActivePodsWithRanks`.
public final class DeletionOrder implements Comparator<Pod> {
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final List<String> PHASES = List.of("Pending", "Unknown", "Running");

    private final Comparator<Pod> order;

    /// An order among candidates at a time.
    ///
    /// @param related pods that are active and of the same group, the candidates among them
    public DeletionOrder(Collection<Pod> related, Instant now) {
        Map<String, Long> crowds =
                related.stream()
                        .filter(PodFacts::isAssigned)
                        .collect(
                                Collectors.groupingBy(
                                        pod -> pod.getSpec().getNodeName(), Collectors.counting()));
        ToLongFunction<Pod> crowd =
                pod -> PodFacts.isAssigned(pod) ? crowds.getOrDefault(node(pod), 0L) : 0L;
        this.order =
                Comparator.comparing(PodFacts::isAssigned)
                        .thenComparingInt(pod -> PHASES.indexOf(PodFacts.phase(pod)))
                        .thenComparing(PodFacts::isReady)
                        .thenComparingInt(DeletionOrder::cost)
                        .thenComparingLong(pod -> -crowd.applyAsLong(pod))
                        .thenComparingInt(pod -> age(PodFacts.readySince(pod), now))
                        .thenComparingInt(pod -> -restarts(pod))
                        .thenComparingInt(pod -> -sidecarRestarts(pod))
                        .thenComparingInt(pod -> age(created(pod), now))
                        .thenComparing(pod -> pod.getMetadata().getUid());
    }

    @Override
    public int compare(Pod one, Pod other) {
        return order.compare(one, other);
    }

    private static String node(Pod pod) {
        return pod.getSpec().getNodeName();
    }

    /// A cost that is no number counts as none.
    private static int cost(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String cost = annotations == null ? null : annotations.get(COST);
        if (cost == null || !cost.matches("-?(0|[1-9][0-9]{0,9})")) {
            return 0;
        }
        long value = Long.parseLong(cost);
        return value == (int) value ? (int) value : 0;
    }

    private static Optional<Instant> created(Pod pod) {
        return Times.of(pod.getMetadata().getCreationTimestamp());
    }

    /// How long ago, as the logarithm of nanoseconds: what began at about the same time is alike.
    /// What has not begun is the youngest.
    private static int age(Optional<Instant> since, Instant now) {
        Duration age = since.map(begin -> Duration.between(begin, now)).orElse(Duration.ZERO);
        return age.isPositive() ? 63 - Long.numberOfLeadingZeros(nanos(age)) : -1;
    }

    private static long nanos(Duration age) {
        return age.toDays() > 365L * 200 ? Long.MAX_VALUE : age.toNanos();
    }

    private static int restarts(Pod pod) {
        return pod.getStatus() == null
                ? 0
                : most(pod.getStatus().getContainerStatuses(), status -> true);
    }

    private static int sidecarRestarts(Pod pod) {
        if (pod.getStatus() == null) {
            return 0;
        }
        Set<String> sidecars =
                pod.getSpec().getInitContainers().stream()
                        .filter(each -> "Always".equals(each.getRestartPolicy()))
                        .map(Container::getName)
                        .collect(Collectors.toSet());
        return most(
                pod.getStatus().getInitContainerStatuses(),
                status -> sidecars.contains(status.getName()));
    }

    private static int most(List<ContainerStatus> statuses, Predicate<ContainerStatus> counted) {
        return statuses.stream()
                .filter(counted)
                .map(ContainerStatus::getRestartCount)
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
    }
}
