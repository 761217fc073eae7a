package dev.glovebox.runtimes.measure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// What a pod takes under a handler beside its own program, as it was measured. Pure.
///
/// @param memory bytes, a whole number of MiB
/// @param milliCpu thousandths of a processor
/// @param figures what that follows from, for people
public record Overhead(long memory, int milliCpu, Map<String, String> figures) {
    /// What the figures are of.
    public static final String METHOD =
            "sandboxes one after another, each with one small program that rests and then works"
                    + " (starts processes, writes and reads a file, fetches it over loopback)."
                    + " memory: the most that a pod's cgroup could not give back, less what the"
                    + " program's own cgroup had under a runtime that shares the kernel, up to the"
                    + " next Mi. cpu: what the calmest pod's cgroup used at rest, less the"
                    + " program's, up to the next m. What work costs more is the containers' own";

    private static final long MIB = 1L << 20;

    /// Copies the figures.
    public Overhead {
        if (memory < 0 || memory % MIB != 0 || milliCpu < 0) {
            throw new IllegalArgumentException("memory " + memory + ", cpu " + milliCpu);
        }
        figures = Map.copyOf(figures);
    }

    /// From what was seen.
    ///
    /// @param seen of the handler, at least one sandbox
    /// @param programs sandboxes in which the program has a cgroup of its own: of a runtime that
    ///   shares the host's kernel
    public static Overhead of(List<Sight> seen, List<Sight> programs) {
        long rest = beside(seen, programs, Sight::rest);
        long work = beside(seen, programs, Sight::work);
        double cpu =
                Math.max(
                        0,
                        least(seen, s -> s.rest().podCpu())
                                - least(programs, s -> s.rest().programCpu()));
        double busy =
                Math.max(
                        0,
                        least(seen, s -> s.work().podCpu())
                                - least(programs, s -> s.work().programCpu()));
        Map<String, String> figures = new TreeMap<>();
        figures.put("sandboxes", Integer.toString(seen.size()));
        figures.put("processes", Long.toString(most(seen, Sight::processes)));
        figures.put("memoryAtRest", mib(rest));
        figures.put("memoryAtWork", mib(work));
        figures.put("pssAtRest", mib(most(seen, each -> each.rest().proportional())));
        figures.put("pssAtWork", mib(most(seen, each -> each.work().proportional())));
        figures.put("shimPssOutsideThePod", mib(most(seen, Sight::shim)));
        figures.put("cpuAtRest", milli(cpu));
        figures.put("cpuAtWork", milli(busy));
        return new Overhead(
                Math.ceilDiv(Math.max(rest, work), MIB) * MIB, (int) Math.ceil(cpu), figures);
    }

    private static long beside(List<Sight> seen, List<Sight> programs, Phase phase) {
        long program =
                programs.stream().mapToLong(each -> phase.of(each).program()).min().orElse(0);
        return Math.max(0, most(seen, each -> phase.of(each).pod()) - program);
    }

    private static double least(List<Sight> seen, ToDoubleFunction<Sight> of) {
        return seen.stream().mapToDouble(of).min().orElse(0);
    }

    private static long most(List<Sight> seen, ToLongFunction<Sight> of) {
        return seen.stream().mapToLong(of).max().orElse(0);
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1fMi", (double) bytes / MIB);
    }

    private static String milli(double cpu) {
        return String.format(Locale.ROOT, "%.1fm", cpu);
    }

    private interface Phase {
        Sight.Taken of(Sight sight);
    }
}
