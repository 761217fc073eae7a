package dev.glovebox.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What waits for a pod's worker: the latest spec, and facts in their order. Any thread puts, the
/// worker takes.
final class PodMailbox {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Clock clock;

    @GuardedBy("this")
    private final List<PodMail> mail = new ArrayList<>();

    @GuardedBy("this")
    private boolean closed;

    PodMailbox(Clock clock) {
        this.clock = clock;
    }

    synchronized void put(PodMail next) {
        if (next instanceof PodMail.Spec || next instanceof PodMail.Refresh) {
            mail.removeIf(next.getClass()::isInstance);
        } else if ((next instanceof PodMail.Evict || next instanceof PodMail.Clear)
                && mail.contains(next)) {
            return;
        }
        mail.add(next);
        notifyAll();
    }

    /// Ends the worker after its present step.
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean closed() {
        return closed;
    }

    /// Whether nothing waits, and the box is not closed.
    synchronized boolean isQuiet() {
        return mail.isEmpty() && !closed;
    }

    /// Everything that waits, possibly nothing.
    synchronized List<PodMail> take() {
        List<PodMail> all = List.copyOf(mail);
        mail.clear();
        return all;
    }

    /// Waits that long, whatever comes; at once when the box is closed.
    synchronized void pause(Duration time) throws InterruptedException {
        Instant end = clock.instant().plus(time);
        for (Duration left = time;
                !closed && left.isPositive();
                left = Duration.between(clock.instant(), end)) {
            wait(Math.max(1, left.toMillis()));
        }
    }

    /// Returns when something waits, the moment has come, or the box is closed.
    synchronized void await(Instant moment) throws InterruptedException {
        while (mail.isEmpty() && !closed) {
            Duration left = Duration.between(clock.instant(), moment);
            if (left.isNegative() || left.isZero()) {
                return;
            }
            wait(Math.max(1, left.compareTo(LONGEST) > 0 ? LONGEST.toMillis() : left.toMillis()));
        }
    }
}
