package dev.glovebox.node.probe;

import dev.glovebox.node.pod.ProbeKind;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One probe of one running container, asked again and again on a thread of its own. It ends by
/// itself when it has said all that this container's life needs: a startup probe with its first
/// verdict, a liveness probe with its first failure.
final class ProbeLoop implements Runnable {
    /// A probe that could not be carried out is tried that often before that is said.
    private static final int TRIES = 3;

    private final String container;
    private final ProbeKind kind;
    private final Probe probe;
    private final Action action;
    private final Duration period;
    private final Instant startedAt;
    private final Prober prober;
    private final Listener listener;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Hears what probes come to. Called by the probes' threads; must not block.
    interface Listener {
        /// It came to say something else than before.
        void verdict(ProbeKind kind, boolean passed);

        /// Something that users must hear.
        void event(String reason, String message);
    }

    /// @param period between two questions
    /// @param startedAt when the container began
    ProbeLoop(
            String container,
            ProbeKind kind,
            Probe probe,
            Action action,
            Duration period,
            Instant startedAt,
            Prober prober,
            Listener listener,
            Clock clock) {
        this.container = container;
        this.kind = kind;
        this.probe = probe;
        this.action = action;
        this.period = period;
        this.startedAt = startedAt;
        this.prober = prober;
        this.listener = listener;
        this.clock = clock;
    }

    /// Asks no further; what is being asked is not heard any more.
    void close() {
        closed.countDown();
    }

    @Override
    public void run() {
        Streak streak = Streak.NONE;
        Optional<Boolean> told = Optional.empty();
        Duration rest = first();
        while (elapses(rest)) {
            long begin = System.nanoTime();
            Answer answer = ask();
            if (closed.getCount() == 0) {
                return;
            }
            say(answer);
            if (!(answer instanceof Answer.Unknown)) {
                streak = streak.and(!(answer instanceof Answer.Failed));
                Optional<Boolean> verdict =
                        streak.verdict(
                                number(probe.getSuccessThreshold(), 1),
                                number(probe.getFailureThreshold(), 3));
                if (verdict.isPresent() && !verdict.equals(told)) {
                    told = verdict;
                    listener.verdict(kind, verdict.get());
                }
                if (verdict.isPresent() && isLast(verdict.get())) {
                    return;
                }
            }
            rest = period.minusNanos(System.nanoTime() - begin);
        }
    }

    private boolean isLast(boolean passed) {
        return switch (kind) {
            case STARTUP -> true;
            case LIVENESS -> !passed;
            case READINESS -> false;
        };
    }

    /// How long until it is asked first. Probes of containers that were found running spread over
    /// their period, so that an agent that starts does not ask all of them at once.
    private Duration first() {
        Instant now = clock.instant();
        Instant due = startedAt.plus(seconds(probe.getInitialDelaySeconds(), 0));
        return Duration.between(startedAt, now).compareTo(period) > 0
                        && Duration.between(due, now).compareTo(period) > 0
                ? Duration.ofMillis(Math.floorMod(container.hashCode(), period.toMillis()))
                : Duration.between(now, due);
    }

    private Answer ask() {
        Duration timeout = seconds(probe.getTimeoutSeconds(), 1);
        Answer answer = prober.ask(container, action, timeout);
        for (int i = 1; i < TRIES && answer instanceof Answer.Unknown; i++) {
            answer = prober.ask(container, action, timeout);
        }
        return answer;
    }

    private void say(Answer answer) {
        switch (answer) {
            case Answer.Passed() -> {}
            case Answer.Warned(String message) ->
                    listener.event("ProbeWarning", kind.word() + " probe warning: " + message);
            case Answer.Failed(String message) ->
                    listener.event("Unhealthy", kind.word() + " probe failed: " + message);
            case Answer.Unknown(String message) ->
                    listener.event(
                            "Unhealthy",
                            kind.word()
                                    + " probe errored and resulted in unknown state: "
                                    + message);
        }
    }

    /// Waits that long; whether the loop goes on.
    private boolean elapses(Duration time) {
        try {
            return !closed.await(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The period that a probe asks for.
    static Duration period(Probe probe) {
        return seconds(probe.getPeriodSeconds(), 10);
    }

    private static Duration seconds(@Nullable Integer seconds, int otherwise) {
        return Duration.ofSeconds(number(seconds, otherwise));
    }

    private static int number(@Nullable Integer number, int otherwise) {
        return number == null || (number <= 0 && otherwise > 0) ? otherwise : Math.max(0, number);
    }
}
