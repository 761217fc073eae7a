package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Decides the next step for a pod. Pure: the same pod, observation and moment give the same plan.
/// A fresh engine and one that has run for a year take the same path: what is in the runtime is
/// taken as it is.
public final class PodPlanner {
    /// Longest time without a look at the pod.
    static final Duration LOOK = Duration.ofMinutes(1);

    private PodPlanner() {}

    /// The next step.
    public static PodPlan plan(Pod pod, PodView view, PodMemory memory, Instant now) {
        Optional<Ending> ending = ending(pod, view, memory, now);
        if (ending.isPresent()) {
            return new EndPlan(pod, view, memory, now).all(ending.get());
        }
        Optional<SandboxView> sandbox = view.sandbox();
        if (sandbox.isEmpty()) {
            return startSandbox(pod, 0, memory, now);
        }
        if (!sandbox.get().ready()) {
            return followDeadSandbox(pod, view, memory, sandbox.get(), now);
        }
        if (!memory.checked().equals(sandbox.get().id())) {
            return memory.sandbox()
                    .filter(failure -> failure.retryAt().isAfter(now))
                    .<PodPlan>map(failure -> new PodPlan.WaitUntil(failure.retryAt()))
                    .orElse(new PodPlan.CheckSandbox(sandbox.get()));
        }
        return new RunPlan(pod, view, memory, sandbox.get(), now).plan();
    }

    /// Why the pod must end, or empty while it may run.
    public static Optional<Ending> ending(Pod pod, PodView view, PodMemory memory, Instant now) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            Instant deadline = PodFacts.time(pod.getMetadata().getDeletionTimestamp());
            return Optional.of(
                    new Ending.Deleted(
                            memory.eviction()
                                    .map(Ending.Evicted::deadline)
                                    .filter(sooner -> sooner.isBefore(deadline))
                                    .orElse(deadline)));
        }
        Instant graceful = now.plusSeconds(PodFacts.grace(pod));
        if (memory.eviction().isPresent() && !PodFacts.terminal(pod)) {
            return Optional.of(memory.eviction().get());
        }
        if (PodFacts.terminal(pod) || ContainerOutcomes.done(pod, view, memory)) {
            return Optional.of(new Ending.Done(graceful));
        }
        return PodFacts.activeUntil(pod)
                .filter(until -> !until.isAfter(now))
                .map(until -> new Ending.DeadlineExceeded(graceful));
    }

    private static PodPlan startSandbox(Pod pod, int attempt, PodMemory memory, Instant now) {
        return memory.sandbox()
                .filter(failure -> failure.retryAt().isAfter(now))
                .<PodPlan>map(failure -> new PodPlan.WaitUntil(earlier(pod, failure.retryAt())))
                .orElse(new PodPlan.StartSandbox(attempt));
    }

    private static PodPlan followDeadSandbox(
            Pod pod, PodView view, PodMemory memory, SandboxView dead, Instant now) {
        List<ContainerView> alive = view.running();
        List<ContainerView> untold =
                alive.stream()
                        .filter(c ->
                                memory.container(c.id())
                                        .termination()
                                        .filter(Termination::signalled)
                                        .isEmpty())
                        .toList();
        if (!untold.isEmpty()) {
            return new PodPlan.Kill(untold, Duration.ZERO);
        }
        if (!alive.isEmpty()) {
            return new PodPlan.WaitUntil(now.plus(LOOK));
        }
        if (memory.checked().equals(dead.id())) {
            return new PodPlan.RecreateSandbox(dead);
        }
        return startSandbox(pod, dead.attempt() + 1, memory, now);
    }

    /// When a container that ended may run again.
    static Instant restartAt(ContainerView view, PodMemory memory) {
        BackOff backOff = memory.restarts().get(view.name());
        if (backOff == null
                || !(view.state() instanceof ContainerState.Exited exited)
                || BackOff.MOST
                                .multipliedBy(2)
                                .compareTo(Duration.between(backOff.since(), exited.finishedAt()))
                        < 0) {
            return Instant.MIN;
        }
        return backOff.until(exited.finishedAt());
    }

    static Instant earlier(Pod pod, Instant moment) {
        return PodFacts.activeUntil(pod).filter(until -> until.isBefore(moment)).orElse(moment);
    }
}
