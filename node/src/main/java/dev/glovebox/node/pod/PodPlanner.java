package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides the next step for a pod. Pure: the same pod, observation and moment give the same plan.
/// A fresh engine and one that has run for a year take the same path: what is in the runtime is
/// taken as it is.
public final class PodPlanner {
    /// Longest time without a look at the pod.
    static final Duration LOOK = Duration.ofMinutes(1);

    private PodPlanner() {}

    /// The next step.
    public static PodPlan plan(Pod pod, PodView view, PodMemory memory, Instant now) {
        Optional<Ending> ending = ending(pod, view, now);
        if (ending.isPresent()) {
            return end(view, memory, ending.get(), now);
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
        return runContainers(pod, view, memory, sandbox.get(), now);
    }

    /// Why the pod must end, or empty while it may run.
    public static Optional<Ending> ending(Pod pod, PodView view, Instant now) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return Optional.of(
                    new Ending.Deleted(PodFacts.time(pod.getMetadata().getDeletionTimestamp())));
        }
        Instant graceful = now.plusSeconds(PodFacts.grace(pod));
        if (PodFacts.terminal(pod) || ContainerOutcomes.done(pod, view)) {
            return Optional.of(new Ending.Done(graceful));
        }
        return PodFacts.activeUntil(pod)
                .filter(until -> !until.isAfter(now))
                .map(until -> new Ending.DeadlineExceeded(graceful));
    }

    private static PodPlan end(PodView view, PodMemory memory, Ending ending, Instant now) {
        List<ContainerView> alive =
                view.running().stream()
                        .filter(c -> tooLate(memory.killing().get(c.id()), ending))
                        .toList();
        if (!alive.isEmpty()) {
            Duration left = Duration.between(now, ending.deadline());
            return new PodPlan.Kill(alive, left.isNegative() ? Duration.ZERO : left);
        }
        if (!view.running().isEmpty()) {
            return new PodPlan.WaitUntil(now.plus(LOOK));
        }
        Optional<SandboxView> ready =
                view.sandboxes().stream().filter(SandboxView::ready).findFirst();
        if (ready.isPresent()) {
            return new PodPlan.StopSandbox(ready.get());
        }
        return ending instanceof Ending.Deleted ? new PodPlan.Remove() : new PodPlan.Finish();
    }

    /// Whether a container has to be told (again): never told, or told to end later than now wanted
    /// by more than the clock's coarseness.
    private static boolean tooLate(@Nullable Instant told, Ending ending) {
        return told == null
                || (ending instanceof Ending.Deleted
                        && told.isAfter(ending.deadline().plusSeconds(1)));
    }

    private static PodPlan startSandbox(Pod pod, int attempt, PodMemory memory, Instant now) {
        return memory.sandbox()
                .filter(failure -> failure.retryAt().isAfter(now))
                .<PodPlan>map(failure -> new PodPlan.WaitUntil(earlier(pod, failure.retryAt())))
                .orElse(new PodPlan.StartSandbox(attempt));
    }

    private static PodPlan followDeadSandbox(
            Pod pod, PodView view, PodMemory memory, SandboxView dead, Instant now) {
        List<ContainerView> alive =
                view.running().stream().filter(c -> !memory.killing().containsKey(c.id())).toList();
        if (!alive.isEmpty()) {
            return new PodPlan.Kill(alive, Duration.ZERO);
        }
        if (!view.running().isEmpty()) {
            return new PodPlan.WaitUntil(now.plus(LOOK));
        }
        if (memory.checked().equals(dead.id())) {
            return new PodPlan.RecreateSandbox(dead);
        }
        return startSandbox(pod, dead.attempt() + 1, memory, now);
    }

    private static PodPlan runContainers(
            Pod pod, PodView view, PodMemory memory, SandboxView sandbox, Instant now) {
        for (Container init : PodFacts.initContainers(pod)) {
            Optional<ContainerView> latest = view.latest(init.getName());
            if (latest.isPresent() && ContainerOutcomes.succeededIn(sandbox, latest.get())) {
                continue;
            }
            return step(pod, init, latest, memory, sandbox, now)
                    .map(plan -> asInit(plan))
                    .orElse(new PodPlan.WaitUntil(earlier(pod, now.plus(LOOK))));
        }
        Instant next = earlier(pod, now.plus(LOOK));
        for (Container container : pod.getSpec().getContainers()) {
            Optional<PodPlan> plan =
                    step(pod, container, view.latest(container.getName()), memory, sandbox, now);
            if (plan.isPresent() && plan.get() instanceof PodPlan.WaitUntil(Instant moment)) {
                next = moment.isBefore(next) ? moment : next;
            } else if (plan.isPresent()) {
                return plan.get();
            }
        }
        return new PodPlan.WaitUntil(next);
    }

    private static PodPlan asInit(PodPlan plan) {
        return plan instanceof PodPlan.StartContainer(Container c, int attempt, SandboxView s)
                ? new PodPlan.RunInit(c, attempt, s)
                : plan;
    }

    /// What one container needs; empty when it needs nothing.
    private static Optional<PodPlan> step(
            Pod pod,
            Container container,
            Optional<ContainerView> latest,
            PodMemory memory,
            SandboxView sandbox,
            Instant now) {
        int attempt = latest.map(c -> c.attempt() + 1).orElse(0);
        if (latest.isPresent()) {
            ContainerView view = latest.get();
            if (!ContainerOutcomes.mustRun(pod, sandbox, view)) {
                return Optional.empty();
            }
            Instant until = restartAt(view, memory);
            if (until.isAfter(now)) {
                return Optional.of(new PodPlan.WaitUntil(until));
            }
        }
        Failure failure = memory.starts().get(container.getName());
        if (failure != null && failure.retryAt().isAfter(now)) {
            return Optional.of(new PodPlan.WaitUntil(failure.retryAt()));
        }
        return Optional.of(
                switch (memory.images().get(container.getName())) {
                    case ImageState.Pulling() -> new PodPlan.WaitUntil(now.plus(LOOK));
                    case ImageState.Failed failed when failed.retryAt().isAfter(now) ->
                            new PodPlan.WaitUntil(failed.retryAt());
                    case ImageState.Present present ->
                            new PodPlan.StartContainer(container, attempt, sandbox);
                    case ImageState.Failed failed -> new PodPlan.EnsureImage(container);
                    case null -> new PodPlan.EnsureImage(container);
                });
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

    private static Instant earlier(Pod pod, Instant moment) {
        return PodFacts.activeUntil(pod).filter(until -> until.isBefore(moment)).orElse(moment);
    }
}
