package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What one engine has on the machine, found from outside: by the kernel's own lists, not by asking
/// the engine. Other engines and containerds may work beside it, so everything is told by marks
/// that only this engine's things carry: its two directories, its name in networks and tables, its
/// node's cgroups and its pods' addresses.
record MachineState(Map<Kind, Set<String>> found) {
    /// What is counted.
    enum Kind {
        PROCESS,
        MOUNT,
        NETWORK_NAMESPACE,
        INTERFACE,
        ROUTE,
        NFT_RULE,
        CGROUP,
        FILE
    }

    MachineState {
        found = Map.copyOf(found);
    }

    /// What remains here of what `before` had, and what else carries the engine's marks now.
    Set<String> left(MachineState before) {
        var left = new TreeSet<String>();
        for (var kind : Kind.values()) {
            for (var each : of(kind)) {
                left.add(kind + " " + each);
            }
            before.of(kind).stream()
                    .filter(each -> exists(kind, each))
                    .forEach(each -> left.add(kind + " " + each));
        }
        return left;
    }

    Set<String> of(Kind kind) {
        return found.getOrDefault(kind, Set.of());
    }

    /// Looks at the machine.
    ///
    /// @param network the first two numbers of the pods' addresses, `10.205.`
    static MachineState of(Engine engine, String network) {
        var run = engine.runDirectory().toString();
        var marks = List.of(engine.dataDirectory().toString(), run, "/glovebox/" + engine.node());
        var pids = processes(marks);
        var found = new EnumMap<Kind, Set<String>>(Kind.class);
        found.put(Kind.PROCESS, pids);
        found.put(Kind.MOUNT, mounts(marks));
        found.put(Kind.NETWORK_NAMESPACE, namespaces(run));
        // The loopback was there before and stays; its address is among the routes.
        var links = new TreeSet<>(interfaces(network));
        links.remove("lo");
        found.put(Kind.INTERFACE, links);
        found.put(
                Kind.ROUTE,
                linesWith(List.of("ip", "-o", "route", "show", "table", "all"), network));
        found.put(Kind.NFT_RULE, linesWith(List.of("nft", "list", "ruleset"), engine.mark()));
        found.put(Kind.CGROUP, cgroups(engine.node()));
        found.put(Kind.FILE, files(engine, pids));
        return new MachineState(found);
    }

    private static boolean exists(Kind kind, String id) {
        return switch (kind) {
            case PROCESS -> id.equals(identity(Path.of("/proc", id.substring(0, id.indexOf(' ')))));
            case INTERFACE -> Files.exists(Path.of("/sys/class/net", id));
            case NETWORK_NAMESPACE ->
                    !linesWith(List.of("lsns", "-n", "-t", "net", "-o", "NS"), id).isEmpty();
            case CGROUP, FILE -> Files.exists(Path.of(id));
            case MOUNT -> read(Path.of("/proc/self/mountinfo")).contains(" " + id + " ");
            case ROUTE, NFT_RULE -> false;
        };
    }

    private static Set<String> processes(List<String> marks) {
        var found = new TreeSet<String>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (var proc :
                    all.filter(path -> path.getFileName().toString().matches("\\d+")).toList()) {
                var text =
                        read(proc.resolve("cmdline")).replace('\0', ' ')
                                + read(proc.resolve("cgroup"));
                var mine =
                        proc.getFileName()
                                .toString()
                                .equals(Long.toString(ProcessHandle.current().pid()));
                if (!mine && marks.stream().anyMatch(text::contains)) {
                    found.add(identity(proc));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.remove("");
        return found;
    }

    /// A process's number, name and start time in ticks, so that a reused number is not taken for
    /// it. Empty for one that is gone.
    private static String identity(Path proc) {
        var stat = read(proc.resolve("stat"));
        if (stat.isEmpty()) {
            return "";
        }
        var end = stat.lastIndexOf(')');
        var fields = stat.substring(end + 2).split(" ", -1);
        return stat.substring(0, end + 1) + " since " + fields[19];
    }

    private static Set<String> mounts(List<String> marks) {
        var found = new TreeSet<String>();
        for (var line : read(Path.of("/proc/self/mountinfo")).lines().toList()) {
            if (marks.stream().anyMatch(line::contains)) {
                found.add(line.split(" ", -1)[4]);
            }
        }
        return found;
    }

    private static Set<String> namespaces(String run) {
        var found = new TreeSet<String>();
        for (var line : read(Path.of("/proc/self/mountinfo")).lines().toList()) {
            var fields = line.split(" ", -1);
            if (fields[3].startsWith("net:[") && fields[4].startsWith(run)) {
                found.add(fields[3].replaceAll("\\D", ""));
            }
        }
        return found;
    }

    private static Set<String> interfaces(String network) {
        var found = new TreeSet<String>();
        for (var line : linesWith(List.of("ip", "-o", "addr"), " " + network)) {
            found.add(line.split("\\s+", -1)[1]);
        }
        return found;
    }

    private static Set<String> cgroups(String node) {
        var path = "*/glovebox/" + node + "*";
        return new TreeSet<>(
                Command.of("find", "/sys/fs/cgroup", "-type", "d", "-path", path).run().lines());
    }

    /// Directories of the engine, files elsewhere that carry its mark, and the sockets that its
    /// shims listen on.
    private static Set<String> files(Engine engine, Set<String> processes) {
        var found = new TreeSet<String>();
        Stream.of(engine.dataDirectory(), engine.runDirectory())
                .filter(Files::exists)
                .forEach(path -> found.add(path.toString()));
        for (var place :
                List.of(
                        "/var/lib/cni",
                        "/run/cni",
                        "/run/containerd",
                        "/tmp",
                        "/run/netns",
                        "/run/runsc")) {
            if (Files.exists(Path.of(place))) {
                var name = "*" + engine.mark() + "*";
                found.addAll(Command.of("find", place, "-xdev", "-name", name).run().lines());
            }
        }
        var inodes = new HashSet<String>();
        for (var process : processes) {
            inodes.addAll(
                    sockets(Path.of("/proc", process.substring(0, process.indexOf(' ')), "fd")));
        }
        for (var line : read(Path.of("/proc/net/unix")).lines().toList()) {
            var fields = line.trim().split("\\s+", -1);
            if (fields.length == 8 && fields[7].startsWith("/") && inodes.contains(fields[6])) {
                found.add(fields[7]);
            }
        }
        return found;
    }

    private static Set<String> sockets(Path descriptors) {
        var found = new HashSet<String>();
        try (Stream<Path> all = Files.list(descriptors)) {
            for (var each : all.toList()) {
                var target = Files.readSymbolicLink(each).toString();
                if (target.startsWith("socket:[")) {
                    found.add(target.replaceAll("\\D", ""));
                }
            }
        } catch (IOException | UncheckedIOException gone) {
            return found; // a process, or one of its descriptors, may end while it is looked at
        }
        return found;
    }

    private static Set<String> linesWith(List<String> command, String mark) {
        var found = new TreeSet<String>();
        for (var line : Command.of(command).run().ok().lines()) {
            if (line.contains(mark)) {
                found.add(line.strip());
            }
        }
        return found;
    }

    /// A file's text; nothing where it is gone, as files of processes are from one moment to the
    /// next.
    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }
}
