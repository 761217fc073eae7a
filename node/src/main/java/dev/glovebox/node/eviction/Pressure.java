package dev.glovebox.node.eviction;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What a node is short of. A condition that was observed holds on for a while, so that pods do not
/// come back to a node that they just left. Pure.
///
/// @param thresholds what has to stay free
/// @param transition how long a condition holds on
/// @param observed what is free now
/// @param last when each condition was last observed
public record Pressure(
        Thresholds thresholds,
        Duration transition,
        Map<Signal, Observation> observed,
        Map<Signal.Condition, Instant> last) {
    /// Copies.
    public Pressure {
        observed = Map.copyOf(observed);
        last = Map.copyOf(last);
    }

    /// A node of which nothing is known.
    public static Pressure none(Thresholds thresholds, Duration transition) {
        return new Pressure(thresholds, transition, Map.of(), Map.of());
    }

    /// After another look.
    public Pressure next(Map<Signal, Observation> now, Instant moment) {
        Map<Signal.Condition, Instant> seen = new EnumMap<>(Signal.Condition.class);
        last.forEach((condition, since) -> {
            if (since.plus(transition).isAfter(moment)) {
                seen.put(condition, since);
            }
        });
        Pressure looked = new Pressure(thresholds, transition, now, seen);
        looked.met().forEach(signal -> seen.put(signal.condition(), moment));
        return new Pressure(thresholds, transition, now, seen);
    }

    /// What is short now; memory, which kills at once, first.
    public List<Signal> met() {
        return Stream.of(Signal.values()).filter(this::isMet).toList();
    }

    private boolean isMet(Signal signal) {
        Observation seen = observed.get(signal);
        return seen != null
                && thresholds.amounts().containsKey(limitOf(signal))
                && seen.available() < thresholds.of(limitOf(signal), seen.capacity());
    }

    /// Pods as a whole are held to the same amount as the machine (kubelet's allocatable
    /// thresholds).
    private static Signal limitOf(Signal signal) {
        return signal == Signal.ALLOCATABLE_MEMORY ? Signal.MEMORY_AVAILABLE : signal;
    }

    /// The node's conditions, as they were last observed within the transition.
    public Set<Signal.Condition> conditions() {
        return last.isEmpty() ? Set.of() : EnumSet.copyOf(last.keySet());
    }

    /// What is said of a pod that leaves for a signal's sake.
    String message(Signal signal) {
        Observation seen = observed.get(signal);
        String low = "The node was low on resource: " + signal.resource() + ". ";
        return seen == null
                ? low
                : low
                        + "Threshold quantity: %s, available: %s. "
                                .formatted(
                                        thresholds.told(limitOf(signal), seen.capacity()),
                                        Thresholds.told(signal.resource(), seen.available()));
    }
}
