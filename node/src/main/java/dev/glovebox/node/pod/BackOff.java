package dev.glovebox.node.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How long a thing that failed again waits: 10 s, doubled each time, at most 5 minutes; forgotten
/// after twice the most. Source: kubelet, `MaxContainerBackOff` and `backOffPeriod`.
///
/// @param delay that holds now
/// @param since when it was set
public record BackOff(Duration delay, Instant since) {
    /// The first delay.
    public static final Duration FIRST = Duration.ofSeconds(10);

    /// The longest.
    public static final Duration MOST = Duration.ofMinutes(5);

    /// The delay after one more failure.
    ///
    /// @param ended when the thing ended: one that went well for long begins anew
    public static BackOff next(Optional<BackOff> before, Instant ended, Instant now) {
        return before.filter(
                        b -> Duration.between(b.since, ended).compareTo(MOST.multipliedBy(2)) <= 0)
                .map(b -> new BackOff(min(b.delay.multipliedBy(2)), now))
                .orElse(new BackOff(FIRST, now));
    }

    /// When a thing that ended at `end` may be tried again.
    public Instant until(Instant end) {
        return end.plus(delay);
    }

    private static Duration min(Duration delay) {
        return delay.compareTo(MOST) < 0 ? delay : MOST;
    }
}
