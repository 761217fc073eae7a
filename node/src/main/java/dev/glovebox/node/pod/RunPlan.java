package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Decides what the containers of a checked sandbox need: first the end of those that probes or
/// hooks found wanting or that get other resources only in a new life, then the resources of the
/// others, then ephemeral containers, init containers in their order, and the others. Pure.
final class RunPlan {
    private final Pod pod;
    private final PodView view;
    private final PodMemory memory;
    private final SandboxView sandbox;
    private final Instant now;
    private final Health health;

    /// The earliest moment at which something that waits is due.
    private Instant next;

    RunPlan(Pod pod, PodView view, PodMemory memory, SandboxView sandbox, Instant now) {
        this.pod = pod;
        this.view = view;
        this.memory = memory;
        this.sandbox = sandbox;
        this.now = now;
        this.health = new Health(pod, memory);
        this.next = PodPlanner.earlier(pod, now.plus(PodPlanner.LOOK));
    }

    PodPlan plan() {
        return endBroken()
                .or(this::resize)
                .or(() -> hookRuns() ? Optional.of(new PodPlan.WaitUntil(next)) : Optional.empty())
                .or(this::startEphemeral)
                .or(this::runInit)
                .or(this::runMain)
                .orElseGet(() -> new PodPlan.WaitUntil(next));
    }

    /// Ends a container whose probe or hook failed, or whose end was begun.
    private Optional<PodPlan> endBroken() {
        EndPlan end = new EndPlan(pod, view, memory, now);
        for (ContainerView container : view.running()) {
            Optional<PodPlan> step =
                    fault(container).flatMap(f -> end.one(container, f.grace(), f.message()));
            if (step.isPresent()) {
                return step;
            }
            memory.container(container.id())
                    .termination()
                    .filter(t -> !t.signalled())
                    .ifPresent(t -> waitFor(t.deadline()));
        }
        return Optional.empty();
    }

    private record Fault(String message, Duration grace) {}

    private Optional<Fault> fault(ContainerView view) {
        Optional<Container> container = PodFacts.named(pod, view.name());
        Duration grace = Duration.ofSeconds(PodFacts.grace(pod));
        if (container.isEmpty()) {
            return Optional.empty();
        }
        if (memory.container(view.id()).postStart() == ContainerMemory.PostStart.FAILED) {
            return Optional.of(new Fault("FailedPostStartHook", grace));
        }
        for (ProbeKind kind : List.of(ProbeKind.LIVENESS, ProbeKind.STARTUP)) {
            Optional<Probe> probe = kind.of(container.get());
            if (probe.isPresent() && health.failed(kind, view)) {
                Duration own =
                        Optional.ofNullable(probe.get().getTerminationGracePeriodSeconds())
                                .map(Duration::ofSeconds)
                                .orElse(grace);
                return Optional.of(new Fault(message(kind, view.name()), own));
            }
        }
        if (endsForResize(view)) {
            return Optional.of(
                    new Fault("Container " + view.name() + " resize requires restart", grace));
        }
        return memory.container(view.id()).termination().map(t -> new Fault("", grace));
    }

    private String message(ProbeKind kind, String name) {
        String probe = kind == ProbeKind.LIVENESS ? "liveness" : "startup";
        boolean init =
                PodFacts.initContainers(pod).stream().anyMatch(c -> c.getName().equals(name));
        String message = "ontainer " + name + " failed " + probe + " probe";
        if (init) {
            return "Init c" + message;
        }
        return "C"
                + message
                + (PodFacts.restartPolicy(pod) == RestartPolicy.NEVER ? "" : ", will be restarted");
    }

    /// Other resources for what runs, once all that has to end for its own has ended. Until then
    /// nothing starts, since it might not fit in the pod's cgroup as it is.
    private Optional<PodPlan> resize() {
        Optional<Resizing.Progress> progress = memory.resizing().progress();
        if (progress.isEmpty()) {
            return Optional.empty();
        }
        if (view.running().stream().anyMatch(this::endsForResize)) {
            return Optional.of(new PodPlan.WaitUntil(next));
        }
        Instant due = progress.get().failure().map(Failure::retryAt).orElse(now);
        if (due.isAfter(now)) {
            waitFor(due);
            return Optional.empty();
        }
        return Optional.of(new PodPlan.Resize());
    }

    private boolean endsForResize(ContainerView view) {
        return PodFacts.named(pod, view.name()).filter(memory.resizing()::needsRestart).isPresent();
    }

    private boolean hookRuns() {
        return view.running().stream()
                .anyMatch(c ->
                        memory.container(c.id()).postStart() == ContainerMemory.PostStart.RUNNING);
    }

    private Optional<PodPlan> startEphemeral() {
        for (Container container : PodFacts.ephemeralContainers(pod)) {
            if (view.latest(container.getName()).isEmpty()) {
                Optional<PodPlan> step =
                        due(imageThen(container, new PodPlan.StartEphemeral(container, sandbox)));
                if (step.isPresent()) {
                    return step;
                }
            }
        }
        return Optional.empty();
    }

    /// What init containers need. A wait where they are not through yet, so that nothing else
    /// starts; empty where they are.
    private Optional<PodPlan> runInit() {
        List<Container> inits = PodFacts.initContainers(pod);
        boolean initialized =
                pod.getSpec().getContainers().stream().anyMatch(c -> here(c).isPresent());
        int frontier = initialized ? inits.size() : frontier(inits);
        for (int i = 0; i < Math.min(frontier, inits.size()); i++) {
            if (PodFacts.isSidecar(inits.get(i))) {
                Optional<PodPlan> step = step(inits.get(i)).flatMap(this::due);
                if (step.isPresent()) {
                    return step;
                }
            }
        }
        if (frontier == inits.size()) {
            return Optional.empty();
        }
        return step(inits.get(frontier))
                .flatMap(this::due)
                .map(RunPlan::asInit)
                .or(() -> Optional.of(new PodPlan.WaitUntil(next)));
    }

    /// The place of the first init container that is not through; their number when all are.
    /// Containers before the last one that was made in this sandbox are through.
    private int frontier(List<Container> inits) {
        for (int i = inits.size() - 1; i >= 0; i--) {
            Optional<ContainerView> made = here(inits.get(i));
            if (made.isPresent()) {
                return through(inits.get(i), made.get()) ? i + 1 : i;
            }
        }
        return 0;
    }

    private boolean through(Container init, ContainerView made) {
        return PodFacts.isSidecar(init)
                ? health.started(init, made)
                : ContainerOutcomes.succeededIn(sandbox, made);
    }

    private Optional<ContainerView> here(Container container) {
        return view.latest(container.getName()).filter(c -> c.sandboxId().equals(sandbox.id()));
    }

    private Optional<PodPlan> runMain() {
        for (Container container : pod.getSpec().getContainers()) {
            Optional<PodPlan> step = step(container).flatMap(this::due);
            if (step.isPresent()) {
                return step;
            }
        }
        return Optional.empty();
    }

    /// A step that can be done now; a wait is noted instead.
    private Optional<PodPlan> due(PodPlan step) {
        if (step instanceof PodPlan.WaitUntil(Instant moment)) {
            waitFor(moment);
            return Optional.empty();
        }
        return Optional.of(step);
    }

    private void waitFor(Instant moment) {
        next = moment.isBefore(next) ? moment : next;
    }

    private static PodPlan asInit(PodPlan plan) {
        return plan instanceof PodPlan.StartContainer(Container c, int attempt, SandboxView s)
                ? new PodPlan.RunInit(c, attempt, s)
                : plan;
    }

    /// What one container needs; empty when it needs nothing.
    private Optional<PodPlan> step(Container container) {
        Optional<ContainerView> latest = view.latest(container.getName());
        int attempt = latest.map(c -> c.attempt() + 1).orElse(0);
        if (latest.isPresent()) {
            if (!ContainerOutcomes.mustRun(pod, container, sandbox, latest.get(), memory)) {
                return Optional.empty();
            }
            Instant until = PodPlanner.restartAt(latest.get(), memory);
            if (until.isAfter(now)) {
                return Optional.of(new PodPlan.WaitUntil(until));
            }
        }
        return Optional.of(
                imageThen(container, new PodPlan.StartContainer(container, attempt, sandbox)));
    }

    private PodPlan imageThen(Container container, PodPlan start) {
        Failure failure = memory.starts().get(container.getName());
        if (failure != null && failure.retryAt().isAfter(now)) {
            return new PodPlan.WaitUntil(failure.retryAt());
        }
        return switch (memory.images().get(container.getName())) {
            case ImageState.Pulling() -> new PodPlan.WaitUntil(now.plus(PodPlanner.LOOK));
            case ImageState.Failed failed when failed.retryAt().isAfter(now) ->
                    new PodPlan.WaitUntil(failed.retryAt());
            case ImageState.Present present -> start;
            case ImageState.Failed failed -> new PodPlan.EnsureImage(container);
            case null -> new PodPlan.EnsureImage(container);
        };
    }
}
