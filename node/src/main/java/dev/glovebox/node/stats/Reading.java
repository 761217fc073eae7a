package dev.glovebox.node.stats;

import dev.glovebox.node.cgroup.CgroupUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/// A cgroup's usage at one moment, and how fast it was used before.
///
/// @param rate cpu nanoseconds a second since the reading before; empty for a first one
public record Reading(Instant time, CgroupUsage usage, OptionalLong rate) {
    private static final Duration LEAST = Duration.ofMillis(500);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /// A reading with none before it.
    static Reading first(Instant time, CgroupUsage usage) {
        return new Reading(time, usage, OptionalLong.empty());
    }

    /// A reading of the same cgroup after this one. Readings that lie too close together tell no
    /// rate of their own, and a counter that went back is of another cgroup.
    Reading next(Instant now, CgroupUsage then) {
        Duration passed = Duration.between(time, now);
        if (then.cpu() < usage.cpu()) {
            return first(now, then);
        }
        if (passed.compareTo(LEAST) < 0) {
            return this;
        }
        double used = then.cpu() - usage.cpu();
        return new Reading(
                now, then, OptionalLong.of(Math.round(used / passed.toNanos() * SECOND)));
    }
}
