package dev.glovebox.node;

import dev.glovebox.node.eviction.LocalStorage;
import dev.glovebox.node.eviction.Signal;
import dev.glovebox.node.eviction.StorageLimits;
import dev.glovebox.node.pod.Eviction;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has pods leave that use more of the node's disk than they may, and, while it runs out of it,
/// records of pods that have ended, images that nobody uses, and then pods, one after the other. A
/// thread of its own looks, because it may take minutes to measure what pods have on a disk.
final class DiskEvictions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskEvictions.class);
    private static final Duration IMAGES_SEEN_EVERY = Duration.ofMinutes(1);

    private final NodePressure pressure;
    private final Departures departures;
    private final PodUse use;
    private final ImageCare images;
    private final RecordCare records;
    private final Supplier<List<Pod>> active;
    private final PodEvents events;
    private final Clock clock;
    private final Rounds rounds =
            Rounds.every("disk-evictions", Evictions.LOOK, Evictions.LOOK, this::round);
    private Instant imagesDue = Instant.MIN;
    private Instant imagesSeen = Instant.MIN;

    /// @param active the node's pods that may have to leave
    DiskEvictions(
            NodePressure pressure,
            Departures departures,
            PodUse use,
            ImageCare images,
            RecordCare records,
            Supplier<List<Pod>> active,
            PodEvents events,
            Clock clock) {
        this.pressure = pressure;
        this.departures = departures;
        this.use = use;
        this.images = images;
        this.records = records;
        this.active = active;
        this.events = events;
        this.clock = clock;
    }

    void start() {
        rounds.start();
    }

    @Override
    public void close() {
        rounds.close();
    }

    /// One look at all of it.
    void round() {
        Instant now = clock.instant();
        if (!now.isBefore(imagesDue)) {
            images.round();
            imagesDue = now.plus(ImageCare.PERIOD);
            imagesSeen = now;
        } else if (!now.isBefore(imagesSeen.plus(IMAGES_SEEN_EVERY))) {
            images.look();
            imagesSeen = now;
        }
        if (!holdToTheirLimits()) {
            pressure.first(Signal.Condition.DISK::equals).ifPresent(this::reclaim);
        }
    }

    /// Whether any pod was told to leave for its own limit's sake.
    private boolean holdToTheirLimits() {
        boolean any = false;
        for (Pod pod : active.get()) {
            any |=
                    exceeded(pod)
                            .filter(why ->
                                    departures.tell(pod, new Eviction(Eviction.Cause.LIMIT, why)))
                            .isPresent();
        }
        return any;
    }

    private Optional<String> exceeded(Pod pod) {
        try {
            Optional<LocalStorage> used =
                    StorageLimits.has(pod) ? use.storage(pod) : Optional.empty();
            return used.flatMap(all -> StorageLimits.exceeded(pod, all));
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("pod", PodWorkers.uid(pod))
                    .setCause(e)
                    .log("a pod cannot be held to its limits");
            return Optional.empty();
        }
    }

    private void reclaim(Signal signal) {
        events.nodeWarning("EvictionThresholdMet", "Attempting to reclaim " + signal.resource());
        records.removeEnded();
        images.removeUnused();
        pressure.look();
        if (pressure.first(Signal.Condition.DISK::equals).isPresent() && !departures.awaited()) {
            departures.tellNext(
                    use.ranked(active.get(), signal),
                    candidate -> Evictions.forPressure(pressure, signal, candidate));
        }
    }
}
