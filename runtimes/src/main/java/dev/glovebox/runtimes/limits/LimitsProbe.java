package dev.glovebox.runtimes.limits;

import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.runtimes.OwnSandbox;
import dev.glovebox.runtimes.SandboxFailure;
import dev.glovebox.runtimes.SandboxRunner;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.limits.AtLimit.Effect;
import dev.glovebox.runtimes.limits.AtLimit.Resource;
import dev.glovebox.runtimes.limits.AtLimit.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Sees on this machine what happens at each limit that a runtime or the kernel binds, under a
/// handler: in a sandbox of its own for each, one container goes over the limit while another one
/// stands by. What the node binds by measuring, the disk, is not for a sandbox to show.
public final class LimitsProbe {
    private static final long MIB = 1L << 20;
    private static final long ROOMY = 512 * MIB;
    private static final long TIGHT = 128 * MIB;
    private static final long OWN_LIMIT = 64 * MIB;
    private static final int PERIOD = 100_000;
    private static final int QUOTA = 20_000;
    private static final double CORES = (double) QUOTA / PERIOD;
    private static final int MORE_TASKS = 40;
    private static final int STARTED = 200;
    private static final Duration SETTLED = Duration.ofSeconds(5);
    private static final String DONE = "went-over-it";
    private static final LinuxContainerResources FREE =
            LinuxContainerResources.getDefaultInstance();

    private final SandboxRunner runner;
    private final Cgroups cgroups;

    /// Probes with sandboxes of `runner`.
    public LimitsProbe(SandboxRunner runner, Cgroups cgroups) {
        this.runner = Objects.requireNonNull(runner, "runner");
        this.cgroups = Objects.requireNonNull(cgroups, "cgroups");
    }

    /// Looks at every such limit under one handler. Takes about a quarter of a minute.
    ///
    /// @param progress hears which limit is looked at
    /// @throws SandboxFailure where a sandbox cannot be had, with its reason
    public List<AtLimit> see(String handler, Consumer<String> progress)
            throws SandboxFailure, InterruptedException {
        List<AtLimit> seen = new ArrayList<>();
        for (Scope scope : Scope.values()) {
            progress.accept("memory of a " + scope.text() + " under " + handler);
            seen.add(memory(handler, scope));
            progress.accept("cpu of a " + scope.text() + " under " + handler);
            seen.add(cpu(handler, scope));
        }
        progress.accept("processes under " + handler);
        seen.add(
                new AtLimit(
                        handler,
                        Resource.PIDS,
                        Scope.CONTAINER,
                        Effect.NOTHING,
                        "CRI has no limit of processes for one container"));
        seen.add(pids(handler));
        return seen;
    }

    private AtLimit memory(String handler, Scope scope)
            throws SandboxFailure, InterruptedException {
        long limit = scope == Scope.POD ? TIGHT : OWN_LIMIT;
        LinuxContainerResources own =
                scope == Scope.POD
                        ? FREE
                        : FREE.toBuilder().setMemoryLimitInBytes(OWN_LIMIT).build();
        String take =
                "dd if=/dev/zero of=/dev/null count=1 bs=%d 2>/dev/null && echo %s"
                        .formatted(2 * limit, DONE);
        return runner.run(
                handler,
                scope == Scope.POD ? TIGHT : ROOMY,
                sandbox -> {
                    String standing = sandbox.start("standing-by", List.of("sleep", "600"));
                    String over = sandbox.start("over", List.of("sh", "-c", take), own);
                    OwnSandbox.Ended ended = sandbox.await(over, "over");
                    Effect effect =
                            ended.output().contains(DONE)
                                    ? Effect.NOTHING
                                    : killed(sandbox, standing);
                    return new AtLimit(
                            handler,
                            Resource.MEMORY,
                            scope,
                            effect,
                            "a container that took %d MiB of %d ended with exit code %d (%s)"
                                    .formatted(
                                            2 * limit / MIB,
                                            limit / MIB,
                                            ended.exitCode(),
                                            ended.reason()));
                });
    }

    private AtLimit cpu(String handler, Scope scope) throws SandboxFailure, InterruptedException {
        LinuxContainerResources own =
                scope == Scope.POD
                        ? FREE
                        : FREE.toBuilder().setCpuPeriod(PERIOD).setCpuQuota(QUOTA).build();
        return runner.run(
                handler,
                ROOMY,
                sandbox -> {
                    if (scope == Scope.POD) {
                        cgroups.limitCpu(sandbox.cgroup(), CORES);
                    }
                    String busy =
                            sandbox.start(
                                    "over",
                                    List.of("timeout", "2", "sh", "-c", "while :; do :; done"),
                                    own);
                    AtomicLong most = new AtomicLong();
                    // A container's own cgroup goes with it, and its counters too.
                    sandbox.await(
                            busy,
                            "over",
                            () ->
                                    most.accumulateAndGet(
                                            cgroups.cpuThrottled(sandbox.cgroup()), Math::max));
                    return new AtLimit(
                            handler,
                            Resource.CPU,
                            scope,
                            most.get() > 0 ? Effect.THROTTLED : Effect.NOTHING,
                            "in 2 s of work at %s cores the kernel held it back in %d periods"
                                    .formatted(CORES, most.get()));
                });
    }

    private AtLimit pids(String handler) throws SandboxFailure, InterruptedException {
        String fork =
                "i=0; while [ $i -lt %d ]; do sleep 60 & i=$((i+1)); done; echo %s"
                        .formatted(STARTED, DONE);
        return runner.run(
                handler,
                ROOMY,
                sandbox -> {
                    String standing = sandbox.start("standing-by", List.of("sleep", "600"));
                    long idle = cgroups.values(sandbox.cgroup()).pidsUsed().orElse(0);
                    cgroups.limitPids(sandbox.cgroup(), idle + MORE_TASKS);
                    String over = sandbox.start("over", List.of("sh", "-c", fork));
                    OwnSandbox.Ended ended = sandbox.await(over, "over");
                    Effect effect = Effect.NOTHING;
                    if (!ended.output().contains(DONE)) {
                        Effect end = killed(sandbox, standing);
                        effect = end == Effect.POD_KILLED ? end : Effect.REFUSED;
                    }
                    return new AtLimit(
                            handler,
                            Resource.PIDS,
                            Scope.POD,
                            effect,
                            "at rest it has %d tasks on the host; with %d more allowed, a container that starts %d ended with exit code %d"
                                    .formatted(idle, MORE_TASKS, STARTED, ended.exitCode()));
                });
    }

    /// Whether the other container went too; it is given a moment, as it is told of later.
    private static Effect killed(OwnSandbox sandbox, String standing) throws InterruptedException {
        return sandbox.endsWithin(standing, SETTLED) ? Effect.POD_KILLED : Effect.CONTAINER_KILLED;
    }
}
