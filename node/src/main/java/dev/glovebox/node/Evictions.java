package dev.glovebox.node;

import dev.glovebox.node.eviction.Admission;
import dev.glovebox.node.eviction.Candidate;
import dev.glovebox.node.eviction.NodeSignals;
import dev.glovebox.node.eviction.Pressure;
import dev.glovebox.node.eviction.Ranking;
import dev.glovebox.node.eviction.Signal;
import dev.glovebox.node.eviction.StorageLimits;
import dev.glovebox.node.eviction.Suitability;
import dev.glovebox.node.pod.Eviction;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Looks again and again which pods have to leave the node, and tells them: those that use more of
/// its disk than they may, and, while the node is short of something, one after the other. One
/// thread looks; any may ask for the conditions.
final class Evictions implements AutoCloseable {
    /// As often as the kubelet's eviction manager looks.
    private static final Duration LOOK = Duration.ofSeconds(10);

    /// How long a pod that was told is waited for before another is.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int IMAGES_EVERY = (int) (ImageCare.PERIOD.toSeconds() / 10);
    private static final int IMAGES_SEEN_EVERY = 6;

    private final Supplier<List<Pod>> pods;
    private final PodUse use;
    private final NodeSignals signals;
    private final ImageCare images;
    private final PodEvents events;
    private final BiConsumer<Pod, Eviction> leave;
    private final Runnable conditionsChanged;
    private final Clock clock;
    private final Rounds rounds;
    private final Map<String, Instant> told = new HashMap<>();
    private volatile Pressure pressure;
    private int round;

    /// @param pods of the node, with their status
    /// @param leave hears which pod has to
    /// @param conditionsChanged run when the node's conditions are others than before
    Evictions(
            NodeParts parts,
            Headroom headroom,
            NodeSignals signals,
            PodUse use,
            Supplier<List<Pod>> pods,
            PodEvents events,
            BiConsumer<Pod, Eviction> leave,
            Runnable conditionsChanged) {
        this.pods = pods;
        this.use = use;
        this.signals = signals;
        this.events = events;
        this.leave = leave;
        this.conditionsChanged = conditionsChanged;
        this.clock = parts.clock();
        this.images =
                new ImageCare(
                        parts.runtime(), headroom.images(), clock, signals, events::nodeWarning);
        this.pressure = Pressure.none(headroom.evictionHard(), headroom.transition());
        this.rounds =
                new Rounds(
                        "evictions",
                        LOOK,
                        () -> {
                            round();
                            return LOOK;
                        });
    }

    void start() {
        rounds.start();
    }

    @Override
    public void close() {
        rounds.close();
    }

    /// Takes a look without consequences, so that the conditions are known.
    void look() {
        pressure = pressure.next(signals.read(), clock.instant());
    }

    /// What the node is short of, or was a short while ago.
    Set<Signal.Condition> conditions() {
        return pressure.conditions();
    }

    /// Why a new pod may not begin, which is told as an event as well; empty where it may, or has
    /// begun already.
    Optional<Eviction> refusal(Pod pod) {
        boolean fresh = pod.getStatus() == null || pod.getStatus().getStartTime() == null;
        if (!fresh || pod.getMetadata().getDeletionTimestamp() != null || PodFacts.terminal(pod)) {
            return Optional.empty();
        }
        Optional<Eviction> refusal =
                Admission.refusal(pod, conditions())
                        .map(why -> new Eviction(Eviction.Cause.NOT_ADMITTED, why))
                        .or(() -> Suitability.refusal(pod));
        refusal.ifPresent(r -> events.warning(pod, "", r.reason(), r.message()));
        return refusal;
    }

    private void round() {
        Set<Signal.Condition> before = conditions();
        look();
        if (!before.equals(conditions())) {
            conditionsChanged.run();
        }
        if (round % IMAGES_EVERY == 0) {
            images.round();
        } else if (round % IMAGES_SEEN_EVERY == 0) {
            images.look();
        }
        round++;
        if (!holdToTheirLimits()) {
            pressure.met().stream().findFirst().ifPresent(this::reclaim);
        }
    }

    /// Whether any pod had to leave for its own limit's sake.
    private boolean holdToTheirLimits() {
        boolean any = false;
        for (Pod pod : active()) {
            Optional<String> why =
                    StorageLimits.has(pod)
                            ? use.storage(pod).flatMap(used -> StorageLimits.exceeded(pod, used))
                            : Optional.empty();
            if (why.isPresent()) {
                evict(pod, new Eviction(Eviction.Cause.LIMIT, why.get()));
                any = true;
            }
        }
        return any;
    }

    private void reclaim(Signal signal) {
        events.nodeWarning("EvictionThresholdMet", "Attempting to reclaim " + signal.resource());
        if (signal.condition() == Signal.Condition.DISK) {
            images.removeUnused();
            look();
            if (pressure.met().isEmpty()) {
                return;
            }
        }
        if (awaitsOne()) {
            return;
        }
        List<Candidate> candidates =
                active().stream().map(pod -> use.candidate(pod, signal)).toList();
        Ranking.of(signal, candidates).stream()
                .findFirst()
                .ifPresent(first ->
                        evict(
                                first.pod(),
                                new Eviction(
                                        Eviction.Cause.PRESSURE,
                                        Ranking.message(pressure, signal, first))));
    }

    /// Whether a pod that was told to leave is still on its way, and nobody has waited too long.
    private boolean awaitsOne() {
        Set<String> there =
                active().stream().map(p -> p.getMetadata().getUid()).collect(Collectors.toSet());
        told.keySet().retainAll(there);
        Instant now = clock.instant();
        return told.values().stream().anyMatch(at -> at.plus(PATIENCE).isAfter(now));
    }

    private List<Pod> active() {
        return pods.get().stream().filter(Evictions::isActive).toList();
    }

    private static boolean isActive(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getStartTime() != null
                && pod.getMetadata().getDeletionTimestamp() == null
                && !PodFacts.terminal(pod);
    }

    private void evict(Pod pod, Eviction eviction) {
        if (Ranking.isCritical(pod)
                || told.putIfAbsent(pod.getMetadata().getUid(), clock.instant()) != null) {
            return;
        }
        events.warning(pod, "", eviction.reason(), eviction.message());
        leave.accept(pod, eviction);
    }
}
