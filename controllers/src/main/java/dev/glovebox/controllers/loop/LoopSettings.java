package dev.glovebox.controllers.loop;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

/// What every controller is made of.
///
/// @param cluster the API as this controller's identity sees it; it writes here
/// @param informers what it reads, shared with other controllers
/// @param backoff between attempts that fail
public record LoopSettings(Cluster cluster, Informers informers, Clock clock, Backoff backoff) {
    /// When a controller looks again whether an image shows what it wrote.
    public static final Duration NEXT_LOOK = Duration.ofMillis(50);

    /// Refuses null parts.
    public LoopSettings {
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(informers, "informers");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(backoff, "backoff");
    }

    /// A loop of a controller of that name.
    public <K> ControlLoop.Builder<K> loop(String name) {
        return ControlLoop.named(name, clock, backoff);
    }

    /// Begins to record what a controller of that name says.
    public EventRecorder events(String name) {
        return EventRecorder.start(cluster, name, "", clock);
    }
}
