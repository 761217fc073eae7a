package dev.glovebox.engine;

import dev.glovebox.model.Names;
import dev.glovebox.runtimes.Evidence;
import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.SandboxFailure;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcesses;
import dev.glovebox.runtimes.host.ProcessMemory;
import dev.glovebox.runtimes.measure.Overhead;
import dev.glovebox.runtimes.measure.OverheadFile;
import dev.glovebox.runtimes.measure.OverheadProbe;
import dev.glovebox.runtimes.measure.Sight;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Measures what a runtime takes for each pod, and keeps it.
final class Measurement {
    /// Sandboxes of a runtime that are measured by themselves.
    static final int SANDBOXES = 3;

    private static final int MOST = 20;
    private static final Path PROC = Path.of("/proc");
    private static final long MIB = 1L << 20;

    /// Two would measure each other.
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private final OverheadFile kept;
    private final Clock clock;
    private final int sandboxes;

    /// @param sandboxes how many are measured of each runtime, from 1 to 20
    Measurement(OverheadFile kept, Clock clock, int sandboxes) {
        if (sandboxes < 1 || sandboxes > MOST) {
            throw new EngineException(
                    "--sandboxes wants a number from 1 to %d, not %d".formatted(MOST, sandboxes));
        }
        this.kept = kept;
        this.clock = clock;
        this.sandboxes = sandboxes;
    }

    /// Of an engine, whose nodes are one machine.
    static Measurement in(Places places, int sandboxes) {
        return new Measurement(new OverheadFile(places.runtimes()), Clock.systemUTC(), sandboxes);
    }

    /// What was measured before of the same programs; empty where nothing was.
    ///
    /// @param handler one that was seen to work on the node
    Optional<ClassOverhead> known(Parts node, String handler) {
        return node.handlers()
                .evidence(handler)
                .flatMap(evidence -> known(node, evidence.subject()))
                .map(measured -> overhead(node, handler, measured));
    }

    /// Also under another name.
    private Optional<OverheadFile.Measured> known(Parts node, Evidence.Subject subject) {
        return node.handlers().all().keySet().stream()
                .flatMap(each -> kept.read(each, subject).stream())
                .findFirst();
    }

    /// Measures a handler on a node, which takes about seven seconds for each of its sandboxes.
    ///
    /// @param handler one that was seen to work on the node
    /// @param progress hears what is done
    /// @throws SandboxFailure where a sandbox cannot be had, with its reason
    ClassOverhead now(Parts node, String handler, Consumer<String> progress)
            throws SandboxFailure, IOException, InterruptedException {
        Evidence evidence =
                node.handlers()
                        .evidence(handler)
                        .orElseThrow(() -> new EngineException(handler + " was not seen to work"));
        ONE_AT_A_TIME.lockInterruptibly();
        try {
            OverheadFile.Measured measured =
                    new OverheadFile.Measured(
                            clock.instant().truncatedTo(ChronoUnit.SECONDS),
                            measure(node, handler, progress));
            kept.write(handler, evidence.subject(), measured);
            return overhead(node, handler, measured);
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private Overhead measure(Parts node, String handler, Consumer<String> progress)
            throws SandboxFailure, InterruptedException {
        OverheadProbe probe =
                new OverheadProbe(
                        node.sandboxes(),
                        Cgroups.ofThisMachine(),
                        new HostProcesses(PROC),
                        new ProcessMemory(PROC));
        List<Sight> seen = new ArrayList<>();
        for (int i = 1; i <= sandboxes; i++) {
            progress.accept("sandbox %d of %d under %s".formatted(i, sandboxes, handler));
            seen.add(probe.see(handler));
        }
        if (sharesKernel(node, handler)) {
            return Overhead.of(seen, seen);
        }
        progress.accept("the same program under " + Names.RUNC);
        return Overhead.of(seen, List.of(probe.see(Names.RUNC)));
    }

    /// Pods of runtimes that share the kernel get no overhead: theirs is what every pod has, also
    /// one without a class.
    private ClassOverhead overhead(Parts node, String handler, OverheadFile.Measured measured) {
        Overhead overhead = measured.overhead();
        Map<String, String> figures = new TreeMap<>(overhead.figures());
        figures.put("measuredAt", measured.at().toString());
        figures.put("node", node.nodeName());
        node.handlers().version(handler).ifPresent(version -> figures.put("runtime", version));
        Map<String, String> podFixed =
                Map.of(
                        "memory", overhead.memory() / MIB + "Mi",
                        "cpu", overhead.milliCpu() + "m");
        return new ClassOverhead(
                sharesKernel(node, handler) ? Map.of() : podFixed, Overhead.METHOD, figures);
    }

    /// Whether pods of a handler have the kernel of the host.
    static boolean sharesKernel(Parts node, String handler) {
        return node.handlers()
                .handler(handler)
                .filter(each -> each.kernel() == Handler.Kernel.SHARED)
                .isPresent();
    }
}
