package dev.glovebox.runtimes.measure;

import dev.glovebox.runtimes.OwnSandbox;
import dev.glovebox.runtimes.SandboxFailure;
import dev.glovebox.runtimes.SandboxRunner;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcess;
import dev.glovebox.runtimes.host.HostProcesses;
import dev.glovebox.runtimes.host.ProcessMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Sees on this machine what a pod takes under a handler, by a sandbox with one small program that
/// rests and then works. It waits for the processors behind everything else.
public final class OverheadProbe {
    private static final long ROOMY = 512L << 20;
    private static final String PROGRAM = "program";
    private static final Duration RESTS = Duration.ofSeconds(1);

    /// Seconds at most that a sandbox may take to come to rest, and how much of what it used in one
    /// second it uses in the next when it has.
    private static final int SECONDS = 8;

    private static final double SETTLED = 0.8;

    /// Looks at memory between two looks at the shares of its processes, which cost more.
    private static final int LOOKS = 5;

    /// Waits for a word, and then 20 times starts processes, writes and reads a file, fetches it
    /// over the loopback network, and rests a little.
    private static final String WORK =
            """
            mkdir /work
            mkfifo /go
            read word < /go
            httpd -p 127.0.0.1:8080 -h /work
            i=0
            while [ $i -lt 20 ]; do
              dd if=/dev/zero of=/work/file bs=64k count=4 2>/dev/null
              cat /work/file > /dev/null
              wget -q -O /dev/null http://127.0.0.1:8080/file || exit 1
              sleep 0.1
              i=$((i+1))
            done
            """;

    private final SandboxRunner runner;
    private final Cgroups cgroups;
    private final HostProcesses processes;
    private final ProcessMemory memory;

    /// Measures with sandboxes of `runner`, looking at the host through the others.
    public OverheadProbe(
            SandboxRunner runner, Cgroups cgroups, HostProcesses processes, ProcessMemory memory) {
        this.runner = Objects.requireNonNull(runner, "runner");
        this.cgroups = Objects.requireNonNull(cgroups, "cgroups");
        this.processes = Objects.requireNonNull(processes, "processes");
        this.memory = Objects.requireNonNull(memory, "memory");
    }

    /// Looks at one sandbox, from first to last. Takes six to ten seconds.
    ///
    /// @throws SandboxFailure where it cannot be had, or its program does not do its work
    public Sight see(String handler) throws SandboxFailure, InterruptedException {
        return runner.run(handler, ROOMY, this::look);
    }

    private Sight look(OwnSandbox sandbox)
            throws IOException, InterruptedException, SandboxFailure {
        cgroups.weighLeast(sandbox.cgroup());
        String program = sandbox.start(PROGRAM, List.of("sh", "-c", WORK));
        Places places = new Places(sandbox.cgroup(), sandbox.cgroup() + "/" + program);
        Sight.Taken rest = rest(sandbox, program, places);
        long shim = shim(sandbox.id());
        int count = cgroups.processes(places.pod()).size();
        Meter work = new Meter(places);
        sandbox.ask(program, List.of("sh", "-c", "echo now > /go"));
        OwnSandbox.Ended ended = sandbox.await(program, PROGRAM, work::look);
        if (ended.exitCode() != 0) {
            throw new SandboxFailure(
                    "the program that is measured ended with exit code " + ended.exitCode());
        }
        return new Sight(rest, work.taken(), shim, count);
    }

    /// What it takes in the first second that is not much calmer than the one before.
    private Sight.Taken rest(OwnSandbox sandbox, String program, Places places)
            throws IOException, InterruptedException, SandboxFailure {
        Sight.Taken before = second(sandbox, program, places);
        for (int i = 1; i < SECONDS; i++) {
            Sight.Taken next = second(sandbox, program, places);
            if (next.podCpu() >= SETTLED * before.podCpu()) {
                return next;
            }
            before = next;
        }
        return before;
    }

    private Sight.Taken second(OwnSandbox sandbox, String program, Places places)
            throws IOException, InterruptedException, SandboxFailure {
        Meter meter = new Meter(places);
        if (sandbox.endsWithin(program, RESTS)) {
            throw new SandboxFailure("the program that is measured ended before its work");
        }
        meter.look();
        return meter.taken();
    }

    /// The shim is no process of the pod's, and names the sandbox that it is for.
    private long shim(String sandbox) throws IOException {
        Optional<HostProcess> found =
                processes.all().stream()
                        .filter(each -> each.name().startsWith("containerd-shim"))
                        .filter(each -> each.command().contains(sandbox))
                        .findFirst();
        return found.isPresent() ? memory.proportional(found.get().pid()) : 0;
    }

    /// Cgroups of a pod and of its program.
    private record Places(String pod, String program) {}

    /// Adds up what is seen from one moment to another.
    private final class Meter {
        private final Places places;
        private final long since = System.nanoTime();
        private final long podBefore;
        private final long programBefore;
        private long pod;
        private long program;
        private long proportional;
        private long programCpu;
        private int looks;

        Meter(Places places) throws IOException {
            this.places = places;
            this.podBefore = cgroups.cpuUsed(places.pod());
            this.programBefore = cgroups.cpuUsed(places.program());
        }

        /// The program's cgroup goes with it, and with its counters.
        void look() throws IOException {
            pod = Math.max(pod, cgroups.memoryHeld(places.pod()));
            program = Math.max(program, cgroups.memoryHeld(places.program()));
            programCpu = Math.max(programCpu, cgroups.cpuUsed(places.program()) - programBefore);
            if (looks++ % LOOKS == 0) {
                long sum = 0;
                for (long pid : cgroups.processes(places.pod())) {
                    sum += memory.proportional(pid);
                }
                proportional = Math.max(proportional, sum);
            }
        }

        Sight.Taken taken() throws IOException {
            double elapsed = System.nanoTime() - since;
            return new Sight.Taken(
                    pod,
                    program,
                    proportional,
                    1000 * (cgroups.cpuUsed(places.pod()) - podBefore) / elapsed,
                    1000 * programCpu / elapsed);
        }
    }
}
