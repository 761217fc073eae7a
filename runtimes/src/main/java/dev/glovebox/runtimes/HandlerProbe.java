package dev.glovebox.runtimes;

import dev.glovebox.runtimes.host.CgroupValues;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcess;
import dev.glovebox.runtimes.host.HostProcesses;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;

/// Tests a handler's claim by a pod: asks inside whose kernel answers, looks from the host for the
/// pod's processes, and lets a container take twice the memory that its pod may have.
public final class HandlerProbe {
    private static final long MIB = 1L << 20;

    private static final String SURVIVED = "got-the-memory";

    private final SandboxRunner runner;
    private final HostProcesses processes;
    private final Cgroups cgroups;
    private final Clock clock;

    /// Probes with sandboxes of `runner`, looking at the host through the other two.
    public HandlerProbe(
            SandboxRunner runner, HostProcesses processes, Cgroups cgroups, Clock clock) {
        this.runner = Objects.requireNonNull(runner, "runner");
        this.processes = Objects.requireNonNull(processes, "processes");
        this.cgroups = Objects.requireNonNull(cgroups, "cgroups");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /// Probes a handler. Whatever goes wrong on the way makes it [HandlerState.Broken].
    public HandlerState probe(Handler handler, Evidence.Subject subject)
            throws InterruptedException {
        try {
            long limit = limit(handler);
            Observation seen =
                    runner.run(handler.name(), limit, sandbox -> observe(sandbox, subject, limit));
            return HandlerJudge.judge(handler, subject, seen, clock.instant());
        } catch (SandboxFailure e) {
            return new HandlerState.Broken(e.why());
        }
    }

    /// What the probe pod may have. A gVisor sandbox at rest takes some 40 MiB of it; a virtual
    /// machine has a Linux to start.
    private static long limit(Handler handler) {
        return switch (handler.kernel()) {
            case SHARED, GVISOR -> 128 * MIB;
            case VIRTUAL_MACHINE -> 640 * MIB;
        };
    }

    private Observation observe(OwnSandbox sandbox, Evidence.Subject subject, long limit)
            throws IOException, InterruptedException, SandboxFailure {
        String mark = "glovebox-" + UUID.randomUUID();
        String guest = sandbox.start("guest", List.of("sh", "-c", "sleep 600; : " + mark));
        String kernel = sandbox.ask(guest, List.of("uname", "-r"));
        String log = sandbox.ask(guest, List.of("sh", "-c", "dmesg 2>/dev/null | head -n 1"));
        List<String> visible = visible(mark);
        CgroupValues values = cgroups.values(sandbox.cgroup());
        boolean inForce = values.memoryLimit().equals(OptionalLong.of(limit));
        String reported = sandbox.reportedHandler();
        OwnSandbox.Ended ended = takeTooMuch(sandbox, limit);
        return new Observation(
                reported,
                subject.hostKernel(),
                kernel,
                log,
                visible,
                values.pidsUsed().orElse(0),
                limit,
                inForce,
                new Observation.OverLimit(ended.exitCode(), ended.output().contains(SURVIVED)),
                cgroups.memoryLimitHits(sandbox.cgroup()));
    }

    private List<String> visible(String mark) throws IOException {
        return processes.all().stream()
                .map(HostProcess::command)
                .map(words -> String.join(" ", words))
                .filter(command -> command.contains(mark))
                .toList();
    }

    /// `dd` reads zeros into one buffer of twice the limit, which touches every page of it.
    private static OwnSandbox.Ended takeTooMuch(OwnSandbox sandbox, long limit)
            throws IOException, InterruptedException {
        String command =
                "dd if=/dev/zero of=/dev/null count=1 bs="
                        + 2 * limit
                        + " 2>/dev/null; code=$?; [ $code = 0 ] && echo "
                        + SURVIVED
                        + "; exit $code";
        String container = sandbox.start("over-limit", List.of("sh", "-c", command));
        return sandbox.await(container, "over-limit");
    }
}
