package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Decides how containers end: first their preStop hooks, all at once, then the stop signal, then
/// SIGKILL. Of a pod that ends as a whole, sidecars wait for the containers and then go in reverse
/// order, as long as the grace lasts. Pure.
record EndPlan(Pod pod, PodView view, PodMemory memory, Instant now) {
    /// What a container gets after a hook that took all of the grace.
    static final Duration LEAST_AFTER_HOOK = Duration.ofSeconds(2);

    /// The next step for a pod that ends as a whole.
    PodPlan all(Ending ending) {
        List<ContainerView> running = view.running();
        if (running.isEmpty()) {
            return clear(ending);
        }
        return step(running, ending.deadline(), "", Optional.of(ending))
                .orElseGet(() -> new PodPlan.WaitUntil(nextDeadline(running, ending)));
    }

    /// The next step for one container that must end while its pod goes on; empty when it was told.
    ///
    /// @param grace used when its end has not begun
    /// @param message why, in Kubernetes' words
    Optional<PodPlan> one(ContainerView container, Duration grace, String message) {
        return step(List.of(container), now.plus(grace), message, Optional.empty());
    }

    private Optional<PodPlan> step(
            List<ContainerView> running, Instant wanted, String message, Optional<Ending> ending) {
        List<ContainerView> fresh = running.stream().filter(c -> termination(c).isEmpty()).toList();
        if (!fresh.isEmpty()) {
            return Optional.of(new PodPlan.Terminate(fresh, left(wanted), message, ending));
        }
        List<ContainerView> due = running.stream().filter(c -> due(c, ending)).toList();
        if (due.isEmpty()) {
            return Optional.empty();
        }
        Instant deadline =
                due.stream().map(c -> deadline(c, ending)).min(Instant::compareTo).orElse(now);
        Duration grace = left(deadline);
        boolean hooked = due.stream().anyMatch(this::hasPreStop);
        return Optional.of(
                new PodPlan.Kill(
                        due,
                        hooked && grace.compareTo(LEAST_AFTER_HOOK) < 0
                                ? LEAST_AFTER_HOOK
                                : grace));
    }

    /// Whether the runtime must be told now: for the first time, or again because the grace was
    /// shortened by more than the clock's coarseness.
    private boolean due(ContainerView container, Optional<Ending> ending) {
        Termination termination = termination(container).orElseThrow();
        Instant deadline = deadline(container, ending);
        if (termination.signalled()) {
            return termination.deadline().isAfter(deadline.plusSeconds(1));
        }
        return !deadline.isAfter(now)
                || (!termination.hooking() && (ending.isEmpty() || isItsTurn(container)));
    }

    /// When the container is killed; a deletion or an eviction may bring that forward.
    private Instant deadline(ContainerView container, Optional<Ending> ending) {
        Instant told = termination(container).map(Termination::deadline).orElse(now);
        return ending.filter(e -> e instanceof Ending.Deleted || e instanceof Ending.Evicted)
                .map(Ending::deadline)
                .filter(wanted -> wanted.isBefore(told))
                .orElse(told);
    }

    private boolean isItsTurn(ContainerView container) {
        List<Container> inits = PodFacts.initContainers(pod);
        int place = -1;
        for (int i = 0; i < inits.size(); i++) {
            if (inits.get(i).getName().equals(container.name())) {
                place = i;
            }
        }
        if (place < 0 || !PodFacts.isSidecar(inits.get(place))) {
            return true;
        }
        List<String> later =
                inits.subList(place + 1, inits.size()).stream().map(Container::getName).toList();
        List<String> main = pod.getSpec().getContainers().stream().map(Container::getName).toList();
        return view.running().stream()
                .noneMatch(c -> later.contains(c.name()) || main.contains(c.name()));
    }

    private Instant nextDeadline(List<ContainerView> running, Ending ending) {
        return running.stream()
                .filter(c -> !termination(c).orElseThrow().signalled())
                .map(c -> deadline(c, Optional.of(ending)))
                .min(Instant::compareTo)
                .orElse(now.plus(PodPlanner.LOOK));
    }

    private PodPlan clear(Ending ending) {
        Optional<SandboxView> ready =
                view.sandboxes().stream().filter(SandboxView::ready).findFirst();
        if (ready.isPresent()) {
            return new PodPlan.StopSandbox(ready.get());
        }
        return ending instanceof Ending.Deleted ? new PodPlan.Remove() : new PodPlan.Finish();
    }

    private boolean hasPreStop(ContainerView view) {
        return PodFacts.named(pod, view.name())
                .filter(c -> c.getLifecycle() != null && c.getLifecycle().getPreStop() != null)
                .isPresent();
    }

    private Optional<Termination> termination(ContainerView container) {
        return memory.container(container.id()).termination();
    }

    private Duration left(Instant deadline) {
        Duration left = Duration.between(now, deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
