package dev.glovebox.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that stands still until a test moves it. Safe for use by any thread.
public final class ManualClock extends Clock {
    private final AtomicReference<Instant> now;

    /// A clock that stands at `start`.
    public ManualClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    /// A clock that stands at noon, UTC, of the first day of 2026.
    public static ManualClock atNoon() {
        return new ManualClock(Instant.parse("2026-01-01T12:00:00Z"));
    }

    /// Moves the clock, forward or back.
    public void advance(Duration step) {
        now.updateAndGet(instant -> instant.plus(step));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /// Refused: nothing here thinks in zones.
    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a manual clock is UTC");
    }
}
