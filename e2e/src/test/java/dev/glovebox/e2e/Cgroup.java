package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The cgroup of one pod, in either version of the kernel's interface, read and changed from the
/// host.
record Cgroup(Engine engine, String uid) {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    /// How often the processor was taken away because the pod's quota was used up.
    long throttled() {
        return file("cpu", "cpu.stat")
                .lines()
                .filter(line -> line.startsWith("nr_throttled "))
                .mapToLong(line -> Long.parseLong(line.substring("nr_throttled ".length())))
                .findFirst()
                .orElseThrow();
    }

    String memoryLimit() {
        return one()
                ? file("memory", "memory.limit_in_bytes").strip()
                : file("memory", "memory.max").strip();
    }

    /// Microseconds in each 100 ms; `-1` or `max` for all.
    String cpuQuota() {
        return one()
                ? file("cpu", "cpu.cfs_quota_us").strip()
                : file("cpu", "cpu.max").strip().split(" ", -1)[0];
    }

    /// The limits on memory of the cgroups below the pod's that have one: those of containers that
    /// the host bounds one by one.
    List<String> memoryLimitsWithin() {
        var name = one() ? "memory.limit_in_bytes" : "memory.max";
        return tree("memory").stream()
                .skip(1)
                .map(each -> read(each.resolve(name)).strip())
                .filter(limit -> limit.length() < 16 && !limit.equals("max"))
                .toList();
    }

    String pidsLimit() {
        return file("pids", "pids.max").strip();
    }

    /// Takes the limits on memory away, from the pod and from every cgroup in it.
    void liftMemory() {
        for (var each : tree("memory")) {
            var withSwap = each.resolve("memory.memsw.limit_in_bytes");
            if (Files.exists(withSwap)) {
                write(withSwap, "-1"); // never below memory's own limit
            }
            write(
                    each.resolve(one() ? "memory.limit_in_bytes" : "memory.max"),
                    one() ? "-1" : "max");
        }
    }

    void liftCpu() {
        for (var each : tree("cpu")) {
            write(each.resolve(one() ? "cpu.cfs_quota_us" : "cpu.max"), one() ? "-1" : "max");
        }
    }

    /// Lowers the limits of the pod and of every cgroup in it, the deepest first: none may be above
    /// its parent's.
    ///
    /// @param milliCpus thousandths of a processor, at least 10
    void lowerCpu(long milliCpus) {
        var quota = Long.toString(milliCpus * 100);
        for (var each : tree("cpu").reversed()) {
            write(
                    each.resolve(one() ? "cpu.cfs_quota_us" : "cpu.max"),
                    one() ? quota : quota + " 100000");
        }
    }

    void liftPids() {
        for (var each : tree("pids")) {
            write(each.resolve("pids.max"), "max");
        }
    }

    /// Kills every process of the pod, its sandbox's own among them.
    void killAll() {
        var procs = "find " + directory("pids") + " -name cgroup.procs -exec cat {} +";
        // Cgroups go while it looks, and their processes with them.
        Command.of("sh", "-c", procs + " | xargs -r kill -KILL").run();
    }

    /// The pod's directory in one controller's hierarchy.
    Path directory(String controller) {
        var root = one() ? ROOT.resolve(controller) : ROOT;
        var base = root.resolve("glovebox").resolve(engine.node()).resolve("kubepods");
        for (var quality : List.of("", "burstable", "besteffort")) {
            var directory = base.resolve(quality).resolve("pod" + uid);
            if (Files.isDirectory(directory)) {
                return directory;
            }
        }
        throw new AssertionError("no cgroup of pod " + uid + " below " + base);
    }

    private static boolean one() {
        return Files.isDirectory(ROOT.resolve("memory"));
    }

    private List<Path> tree(String controller) {
        try (var all = Files.walk(directory(controller))) {
            return all.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String file(String controller, String name) {
        return read(directory(controller).resolve(name));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + text + " to " + file, e);
        }
    }
}
