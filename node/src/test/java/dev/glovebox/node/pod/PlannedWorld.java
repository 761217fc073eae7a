package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// A runtime and an agent's memory that do what plans say. What takes time becomes a fact that
/// comes later, in an order that chance decides. Fails when a step is planned twice.
final class PlannedWorld {
    private final Pod pod;
    private final Map<String, List<Integer>> codes;
    private final Random random;
    private int kills;

    private final List<SandboxView> sandboxes = new ArrayList<>();
    private final Map<String, ContainerView> containers = new LinkedHashMap<>();
    private final List<Runnable> facts = new ArrayList<>();
    private final Set<String> done = new HashSet<>();
    private final Set<String> doneByThisAgent = new HashSet<>();
    private PodMemory memory = PodMemory.NONE;
    private Instant now = Pods.NOW;
    private int agent;

    PlannedWorld(Pod pod, Map<String, List<Integer>> codes, Random random, int kills) {
        this.pod = pod;
        this.codes = codes;
        this.random = random;
        this.kills = kills;
    }

    /// Until the pod is finished.
    void run() {
        for (int round = 0; round < 10_000; round++) {
            if (kills > 0 && random.nextInt(6) == 0) {
                killAgent();
            }
            boolean deliver = !facts.isEmpty() && random.nextBoolean();
            if (deliver) {
                facts.remove(random.nextInt(facts.size())).run();
            }
            PodView view = view();
            pod.setStatus(PodStatuses.of(pod, view, memory, now, List.of("192.0.2.1")));
            PodPlan plan = PodPlanner.plan(pod, view, memory, now);
            if (plan instanceof PodPlan.Finish) {
                return;
            }
            carryOut(plan);
        }
        throw new AssertionError("it never ends: " + view() + memory);
    }

    /// Memory goes, and what only the agent would have heard.
    private void killAgent() {
        kills--;
        agent++;
        memory = PodMemory.NONE;
        doneByThisAgent.clear();
        view().running().forEach(c -> ask(PodFacts.named(pod, c.name()).orElseThrow(), c.id()));
    }

    /// A startup probe, which passes in the end.
    private void ask(Container container, String id) {
        if (container.getStartupProbe() != null) {
            later(() -> memory = memory.container(id, c -> c.probed(ProbeKind.STARTUP, true)));
        }
    }

    private PodView view() {
        return new PodView(sandboxes, List.copyOf(containers.values()));
    }

    String phase() {
        return pod.getStatus().getPhase();
    }

    /// How each container ended at last, and how often it ran; of sidecars only that they ended.
    Map<String, String> ends() {
        Map<String, String> ends = new TreeMap<>();
        for (Container container : PodFacts.allContainers(pod)) {
            String name = container.getName();
            ends.put(
                    name,
                    view().latest(name)
                            .map(c ->
                                    c.state() instanceof ContainerState.Exited exited
                                            ? PodFacts.isSidecar(container)
                                                    ? "ended"
                                                    : c.attempt() + ":" + exited.exitCode()
                                            : "runs")
                            .orElse("never"));
        }
        return ends;
    }

    private void carryOut(PodPlan plan) {
        switch (plan) {
            case PodPlan.StartSandbox(int attempt) -> {
                once("sandbox " + attempt);
                sandboxes.add(new SandboxView("s" + attempt, attempt, true, now, "10.203.0.2"));
            }
            case PodPlan.CheckSandbox(var sandbox) -> {
                onceByThisAgent("check " + sandbox.id());
                memory = memory.checked(sandbox.id());
            }
            case PodPlan.Resize resize -> memory = memory.resizing(Resizing::done);
            case PodPlan.RecreateSandbox recreate -> throw new AssertionError(recreate);
            case PodPlan.EnsureImage(var container) -> pull(container.getName());
            case PodPlan.RunInit(var container, int attempt, var sandbox) ->
                    start(container, attempt, sandbox);
            case PodPlan.StartContainer(var container, int attempt, var sandbox) ->
                    start(container, attempt, sandbox);
            case PodPlan.StartEphemeral(var container, var sandbox) -> start(container, 0, sandbox);
            case PodPlan.Terminate terminate -> terminate(terminate);
            case PodPlan.Kill kill -> kill(kill);
            case PodPlan.StopSandbox(var sandbox) -> {
                once("stop " + sandbox.id());
                sandboxes.replaceAll(s ->
                        new SandboxView(s.id(), s.attempt(), false, s.createdAt(), s.address()));
            }
            case PodPlan.WaitUntil(Instant moment) -> {
                if (facts.isEmpty()) {
                    now = moment.isAfter(now) ? moment : now.plusSeconds(1);
                }
            }
            case PodPlan.Finish finish -> throw new AssertionError("not here");
            case PodPlan.Remove remove -> throw new AssertionError("nobody deleted it");
        }
    }

    private void pull(String name) {
        memory = memory.image(name, new ImageState.Pulling());
        later(() -> memory = memory.image(name, new ImageState.Present("sha256:" + name)));
    }

    private void start(Container container, int attempt, SandboxView sandbox) {
        String name = container.getName();
        String id = name + attempt;
        once("start " + id);
        mayStart(container);
        view().latest(name).ifPresent(last -> restarting(name, last));
        memory = memory.made(name);
        containers.put(
                id,
                new ContainerView(
                        id, sandbox.id(), name, attempt, "ref", new ContainerState.Running(now)));
        List<Integer> ends = codes.getOrDefault(name, List.of());
        if (attempt < ends.size()) {
            facts.add(() -> ended(id, ends.get(attempt)));
        }
        if (container.getLifecycle() != null) {
            memory = memory.container(id, c -> c.postStart(ContainerMemory.PostStart.RUNNING));
            later(() ->
                    memory =
                            memory.container(id, c -> c.postStart(ContainerMemory.PostStart.OVER)));
        }
        ask(container, id);
    }

    private void restarting(String name, ContainerView last) {
        Instant ended =
                last.state() instanceof ContainerState.Exited exited ? exited.finishedAt() : now;
        memory =
                memory.restarting(
                        name,
                        BackOff.next(
                                java.util.Optional.ofNullable(memory.restarts().get(name)),
                                ended,
                                now));
    }

    /// No container starts before all that has to come before it.
    private void mayStart(Container container) {
        List<Container> inits = PodFacts.initContainers(pod);
        for (Container init : inits) {
            if (init.getName().equals(container.getName())) {
                return;
            }
            boolean through =
                    view().latest(init.getName())
                            .filter(c ->
                                    PodFacts.isSidecar(init)
                                            || ContainerOutcomes.succeededIn(
                                                    view().sandbox().orElseThrow(), c))
                            .isPresent();
            if (!through) {
                throw new AssertionError(
                        container.getName() + " started before " + init.getName() + " was through");
            }
        }
    }

    private void terminate(PodPlan.Terminate terminate) {
        for (ContainerView container : terminate.containers()) {
            onceByThisAgent("terminate " + container.id());
            boolean hooking =
                    PodFacts.named(pod, container.name()).orElseThrow().getLifecycle() != null;
            Termination begun = new Termination(now.plus(terminate.grace()), hooking, false);
            memory = memory.container(container.id(), c -> c.ending(begun));
            if (hooking) {
                later(() ->
                        memory =
                                memory.container(
                                        container.id(), c -> c.ending(Termination::hooked)));
            }
        }
    }

    private void kill(PodPlan.Kill kill) {
        for (ContainerView container : kill.containers()) {
            onceByThisAgent("kill " + container.id());
            memory =
                    memory.container(
                            container.id(),
                            c -> c.ending(new Termination(now.plus(kill.grace()), false, true)));
            facts.add(() -> ended(container.id(), 143));
        }
    }

    private void ended(String id, int code) {
        now = now.plus(Duration.ofMillis(10));
        containers.computeIfPresent(
                id,
                (key, c) ->
                        c.state() instanceof ContainerState.Running(Instant startedAt)
                                ? c.with(
                                        new ContainerState.Exited(
                                                startedAt,
                                                now,
                                                code,
                                                code == 0 ? "Completed" : "Error",
                                                ""))
                                : c);
    }

    /// A fact that only the agent hears that asked for it.
    private void later(Runnable fact) {
        int asked = agent;
        facts.add(() -> {
            if (asked == agent) {
                fact.run();
            }
        });
    }

    private void once(String step) {
        if (!done.add(step)) {
            throw new AssertionError("planned twice: " + step);
        }
    }

    private void onceByThisAgent(String step) {
        if (!doneByThisAgent.add(step)) {
            throw new AssertionError("planned twice by one agent: " + step);
        }
    }
}
