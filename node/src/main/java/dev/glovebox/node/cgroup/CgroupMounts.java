package dev.glovebox.node.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where this machine's cgroup hierarchies are mounted.
///
/// @param controllers cgroup v1: controller to the root of its hierarchy; empty on a pure v2
///   machine
/// @param others roots of hierarchies that limit nothing for us (named ones, and v2 beside v1) but
///   in which runtimes make cgroups too
/// @param unified the root of cgroup v2 where it carries the controllers; empty on v1
public record CgroupMounts(
        Map<String, Path> controllers, List<Path> others, Optional<Path> unified) {
    private static final Set<String> NEEDED = Set.of("cpu", "memory", "pids");

    /// Counts what cpu was used; limits nothing.
    static final String CPU_USAGE = "cpuacct";

    /// Copies the parts.
    public CgroupMounts {
        controllers = Map.copyOf(controllers);
        others = List.copyOf(others);
    }

    /// The mounts of this process.
    public static CgroupMounts ofThisMachine() {
        Path file = Path.of("/proc/self/mountinfo");
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new CgroupException("reading", file, e);
        }
    }

    /// Reads the text of `/proc/self/mountinfo` (proc(5)).
    ///
    /// @throws CgroupException when a controller that limits need is mounted nowhere
    static CgroupMounts parse(String mountinfo) {
        Map<String, Path> controllers = new LinkedHashMap<>();
        List<Path> others = new ArrayList<>();
        List<Path> unified = new ArrayList<>();
        for (String line : mountinfo.split("\n", -1)) {
            String[] halves = line.split(" - ", 2);
            if (halves.length < 2) {
                continue;
            }
            Path point = Path.of(halves[0].split(" ", -1)[4]);
            String[] tail = halves[1].split(" ", -1);
            switch (tail[0]) {
                case "cgroup2" -> unified.add(point);
                case "cgroup" -> addV1(point, tail[2], controllers, others);
                default -> {}
            }
        }
        return of(controllers, others, unified);
    }

    private static void addV1(
            Path point, String options, Map<String, Path> controllers, List<Path> others) {
        boolean limits = false;
        for (String option : options.split(",", -1)) {
            if (NEEDED.contains(option) || option.equals(CPU_USAGE)) {
                controllers.putIfAbsent(option, point);
                limits = true;
            }
        }
        if (!limits && !others.contains(point)) {
            others.add(point);
        }
    }

    private static CgroupMounts of(
            Map<String, Path> controllers, List<Path> others, List<Path> unified) {
        if (controllers.isEmpty() && !unified.isEmpty()) {
            return new CgroupMounts(controllers, others, Optional.of(unified.getFirst()));
        }
        for (String needed : NEEDED) {
            if (!controllers.containsKey(needed)) {
                throw new CgroupException(
                        "no cgroup hierarchy with the controller "
                                + needed
                                + " is mounted; without it a pod's limits bind nothing");
            }
        }
        others.addAll(unified);
        return new CgroupMounts(controllers, others, Optional.empty());
    }

    /// The root of every hierarchy, each once.
    List<Path> roots() {
        List<Path> roots = new ArrayList<>(controllers.values().stream().distinct().toList());
        roots.addAll(others);
        unified.ifPresent(roots::add);
        return roots;
    }
}
