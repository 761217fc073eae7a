package dev.glovebox.apiserver.admission;

import java.time.Duration;

/// Until when a request has to be answered.
///
/// @param nanos by [System#nanoTime]
public record Deadline(long nanos) {
    /// A time from now on.
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /// What is left of it; zero when it is over.
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }
}
