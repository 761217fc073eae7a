package dev.glovebox.runtimes.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The machine's cgroups, of version 1 (a hierarchy a controller, the hybrid layout included) or of
/// version 2. Paths are those of `/proc/PID/cgroup`: absolute, below each hierarchy's root.
public final class Cgroups {
    /// Version 1 writes "no limit" as a number near the largest.
    private static final long NO_LIMIT = 1L << 60;

    private static final long CPU_PERIOD = 100_000;

    private static final List<String> LIMITED = List.of("memory", "cpu", "pids");

    private final Path root;
    private final boolean unified;

    /// Reads and writes below `root`, which is `/sys/fs/cgroup` but in tests. Of version 2 where
    /// the root itself has controllers.
    public Cgroups(Path root) {
        this.root = Objects.requireNonNull(root, "root");
        this.unified = Files.exists(root.resolve("cgroup.controllers"));
    }

    /// Those of the machine that this runs on.
    public static Cgroups ofThisMachine() {
        return new Cgroups(Path.of("/sys/fs/cgroup"));
    }

    /// 1 or 2.
    public int version() {
        return unified ? 2 : 1;
    }

    /// What is in force for a cgroup. Fails where the cgroup does not exist at all.
    public CgroupValues values(String path) throws IOException {
        if (!Files.isDirectory(directory("memory", path))) {
            throw new NoSuchFileException(directory("memory", path).toString());
        }
        return unified ? unifiedValues(path) : legacyValues(path);
    }

    /// Makes a cgroup with a memory limit in bytes, in every hierarchy that limits something.
    public void create(String path, long memoryLimit) throws IOException {
        if (unified) {
            enableControllers(path);
        }
        for (String controller : unified ? List.of("memory") : LIMITED) {
            Files.createDirectories(directory(controller, path));
        }
        String file = unified ? "memory.max" : "memory.limit_in_bytes";
        write(directory("memory", path).resolve(file), Long.toString(memoryLimit));
    }

    /// Removes a cgroup and those below it, in every hierarchy. Fails where a process is left in
    /// one.
    public void remove(String path) throws IOException {
        if (unified) {
            removeTree(directory("memory", path));
            return;
        }
        try (var hierarchies = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path hierarchy : hierarchies) {
                removeTree(hierarchy.resolve(path.substring(1)));
            }
        }
    }

    /// Every process in a cgroup and those below it.
    public List<Long> processes(String path) throws IOException {
        List<Long> found = new ArrayList<>();
        Files.walkFileTree(
                directory("memory", path),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        text(directory.resolve("cgroup.procs"))
                                .map(String::lines)
                                .ifPresent(pids -> pids.map(Long::valueOf).forEach(found::add));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException fault)
                            throws IOException {
                        if (fault instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE; // removed while it was walked
                        }
                        throw fault;
                    }
                });
        return found;
    }

    /// How often a cgroup was at its memory limit and had to reclaim or kill.
    public long memoryLimitHits(String path) throws IOException {
        Path memory = directory("memory", path);
        return unified
                ? entry(memory.resolve("memory.events"), "max").orElse(0)
                : number(memory.resolve("memory.failcnt")).orElse(0);
    }

    /// The most bytes that a cgroup and those below it ever had, pages of files included; empty
    /// where there is no such cgroup, or the kernel does not say (version 2 before Linux 5.19).
    public OptionalLong memoryPeak(String path) throws IOException {
        return number(
                directory("memory", path)
                        .resolve(unified ? "memory.peak" : "memory.max_usage_in_bytes"));
    }

    /// Limits the processor time of a cgroup that [#create] made.
    ///
    /// @param cores above 0
    public void limitCpu(String path, double cores) throws IOException {
        long quota = Math.round(cores * CPU_PERIOD);
        Path cpu = directory("cpu", path);
        if (unified) {
            write(cpu.resolve("cpu.max"), quota + " " + CPU_PERIOD);
        } else {
            write(cpu.resolve("cpu.cfs_period_us"), Long.toString(CPU_PERIOD));
            write(cpu.resolve("cpu.cfs_quota_us"), Long.toString(quota));
        }
    }

    /// Limits the processes and threads of a cgroup that [#create] made.
    public void limitPids(String path, long most) throws IOException {
        write(directory("pids", path).resolve("pids.max"), Long.toString(most));
    }

    /// Has a cgroup that [#create] made wait for the processors behind everything else.
    public void weighLeast(String path) throws IOException {
        Path cpu = directory("cpu", path);
        if (unified) {
            write(cpu.resolve("cpu.weight"), "1");
        } else {
            write(cpu.resolve("cpu.shares"), "2");
        }
    }

    /// Processor time that a cgroup and all that were ever below it have used, in nanoseconds; 0
    /// where it does not exist.
    public long cpuUsed(String path) throws IOException {
        return unified
                ? 1000 * entry(directory("cpu", path).resolve("cpu.stat"), "usage_usec").orElse(0)
                : number(directory("cpuacct", path).resolve("cpuacct.usage")).orElse(0);
    }

    /// Bytes that a cgroup and those below it have and cannot give back: all but the pages of
    /// files. 0 where it does not exist.
    public long memoryHeld(String path) throws IOException {
        Path memory = directory("memory", path);
        String file = unified ? "memory.current" : "memory.usage_in_bytes";
        String below = unified ? "" : "total_";
        Path stat = memory.resolve("memory.stat");
        long files =
                entry(stat, below + "active_file").orElse(0)
                        + entry(stat, below + "inactive_file").orElse(0);
        return Math.max(0, number(memory.resolve(file)).orElse(0) - files);
    }

    /// In how many periods a cgroup, or one directly below it, was held back from the processors:
    /// the most of any of them.
    public long cpuThrottled(String path) throws IOException {
        Path cpu = directory("cpu", path);
        long most = entry(cpu.resolve("cpu.stat"), "nr_throttled").orElse(0);
        try (var children = Files.newDirectoryStream(cpu, Files::isDirectory)) {
            for (Path child : children) {
                most = Math.max(most, entry(child.resolve("cpu.stat"), "nr_throttled").orElse(0));
            }
        }
        return most;
    }

    private CgroupValues legacyValues(String path) throws IOException {
        Path memory = directory("memory", path);
        Path pids = directory("pids", path);
        return new CgroupValues(
                number(memory.resolve("memory.limit_in_bytes")),
                number(memory.resolve("memory.usage_in_bytes")),
                legacyCpu(directory("cpu", path)),
                number(pids.resolve("pids.max")),
                number(pids.resolve("pids.current")),
                entry(memory.resolve("memory.oom_control"), "oom_kill"));
    }

    private static OptionalDouble legacyCpu(Path cpu) throws IOException {
        OptionalLong quota = number(cpu.resolve("cpu.cfs_quota_us"));
        OptionalLong period = number(cpu.resolve("cpu.cfs_period_us"));
        if (quota.isEmpty() || period.isEmpty() || quota.getAsLong() < 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((double) quota.getAsLong() / period.getAsLong());
    }

    private CgroupValues unifiedValues(String path) throws IOException {
        Path home = directory("memory", path);
        return new CgroupValues(
                number(home.resolve("memory.max")),
                number(home.resolve("memory.current")),
                unifiedCpu(home),
                number(home.resolve("pids.max")),
                number(home.resolve("pids.current")),
                entry(home.resolve("memory.events"), "oom_kill"));
    }

    private static OptionalDouble unifiedCpu(Path home) throws IOException {
        String[] words = text(home.resolve("cpu.max")).orElse("max").strip().split(" ", 2);
        if (words.length != 2 || words[0].equals("max")) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Double.parseDouble(words[0]) / Double.parseDouble(words[1]));
    }

    private void enableControllers(String path) throws IOException {
        Path at = root;
        for (Path name : Path.of(path.substring(1))) {
            for (String controller : LIMITED) {
                write(at.resolve("cgroup.subtree_control"), "+" + controller);
            }
            at = at.resolve(name);
            Files.createDirectories(at);
        }
    }

    private Path directory(String controller, String path) {
        Path hierarchy = unified ? root : root.resolve(controller);
        return hierarchy.resolve(path.substring(1));
    }

    private static void removeTree(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var children = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path child : children) {
                removeTree(child);
            }
        }
        Files.deleteIfExists(directory);
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<String> text(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
    }

    /// A single number; empty where the file is missing or says that there is no limit.
    private static OptionalLong number(Path file) throws IOException {
        String word = text(file).orElse("max").strip();
        if (word.equals("max")) {
            return OptionalLong.empty();
        }
        long value = Long.parseLong(word);
        return value >= NO_LIMIT ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /// The number behind a name in a file of such pairs.
    private static OptionalLong entry(Path file, String name) throws IOException {
        return text(file).stream()
                .flatMap(String::lines)
                .map(line -> line.split(" ", 3))
                .filter(words -> words.length == 2 && words[0].equals(name))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst();
    }
}
