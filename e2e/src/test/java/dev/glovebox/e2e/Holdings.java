package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything that the node of one engine holds on the machine, each with its kind and a name that
/// tells it from all others: processes, mounts, network namespaces, links, routes, cgroups, files,
/// lines of its packet filter, what its containerd knows. Found from outside, as [MachineState]
/// finds it, and by containerd's own client. Two of them are compared, so that what other pods of
/// the engine hold is not counted.
record Holdings(Set<String> names) {
    /// What gVisor leaves of a container is removed when it is 15 s old, every 5 s.
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final String RESULTS = "/var/lib/cni/results";

    static Holdings of(Engine engine) {
        var names = new TreeSet<String>();
        var machine = engine.machineState();
        for (var kind : MachineState.Kind.values()) {
            if (kind != MachineState.Kind.NFT_RULE) {
                machine.of(kind).forEach(each -> names.add(kind + " " + each));
            }
        }
        links(engine).forEach(each -> names.add("LINK " + each));
        files(engine).forEach(each -> names.add("PATH " + each));
        filter(engine).forEach(each -> names.add("NFT " + each));
        containerd(engine, "CONTAINER", names, "containers", "ls", "-q");
        containerd(engine, "TASK", names, "tasks", "ls", "-q");
        containerd(engine, "SNAPSHOT", names, "snapshots", "ls");
        containerd(engine, "LEASE", names, "leases", "ls", "-q");
        containerd(engine, "CONTENT", names, "content", "ls", "-q");
        return new Holdings(names);
    }

    /// What is here and was not there before; the engine's and containerd's own processes, which
    /// are others after a restart, left out.
    Set<String> beyond(Holdings before) {
        var more = new TreeSet<>(names);
        more.removeAll(before.names);
        more.removeIf(each -> each.matches("PROCESS \\d+ \\((java|containerd)\\) .*"));
        return more;
    }

    /// What there is beyond what was there before, once it is nothing, or after half a minute: some
    /// of it goes a moment after the pods. containerd takes its time with what snapshots had on the
    /// disk, the more the slower the disk is; it is made to begin.
    static Set<String> left(Engine engine, Holdings before) throws InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        var left = of(engine).beyond(before);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            ctr(engine, "leases", "create", "--id", "count");
            ctr(engine, "leases", "delete", "--sync", "count");
            TimeUnit.MILLISECONDS.sleep(200);
            left = of(engine).beyond(before);
        }
        return left;
    }

    /// Open files of a process.
    static int descriptors(long pid) {
        return entries(Path.of("/proc", Long.toString(pid), "fd"));
    }

    static int threads(long pid) {
        return entries(Path.of("/proc", Long.toString(pid), "task"));
    }

    /// The process of the engine's containerd.
    static long containerd(Engine engine) {
        var config = engine.runDirectory().resolve("containerd.toml");
        var pattern = "^[^ ]*containerd --config " + config;
        return Long.parseLong(Command.of("pgrep", "-f", pattern).run().ok().text());
    }

    /// A table of containerd's client, without its heading where it has one.
    static List<String> ctr(Engine engine, String... words) {
        var socket = engine.runDirectory().resolve("containerd.sock").toString();
        return Command.of("ctr", "--address", socket, "-n", "k8s.io").and(words).run().ok().lines();
    }

    private static void containerd(Engine engine, String kind, Set<String> names, String... words) {
        ctr(engine, words).stream()
                .map(line -> line.strip().split("\\s+", 2)[0])
                .filter(name -> !name.isEmpty() && !name.equals("KEY"))
                .forEach(name -> names.add(kind + " " + name));
    }

    /// Ends of pairs that are in no bridge and have no address, or one of this engine's pods.
    private static Set<String> links(Engine engine) {
        var others =
                Command.of("ip", "-o", "-4", "addr").run().ok().lines().stream()
                        .filter(line -> !line.contains(" " + engine.network()))
                        .map(line -> line.split("\\s+", -1)[1])
                        .collect(Collectors.toSet());
        return Command.of("ip", "-o", "link", "show", "type", "veth").run().ok().lines().stream()
                .filter(line -> !line.contains(" master "))
                .map(line -> line.split("[:@ ]+", -1)[1])
                .filter(name -> !others.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Everything below the directories of pods, logs, addresses and of containerd's containers,
    /// without what is mounted in them, and libcni's results.
    private static Set<String> files(Engine engine) {
        var data = engine.dataDirectory();
        var roots = new ArrayList<String>();
        Stream.of(
                        data.resolve("pods"),
                        data.resolve("log"),
                        data.resolve("cni"),
                        data.resolve("probes"),
                        data.resolve("containerd/io.containerd.grpc.v1.cri"),
                        data.resolve("containerd/io.containerd.runtime.v2.task"),
                        engine.runDirectory())
                .filter(Files::exists)
                .forEach(path -> roots.add(path.toString()));
        var find = new ArrayList<>(List.of("find"));
        find.addAll(roots);
        find.add("-xdev");
        var found = new TreeSet<>(Command.of(find).run().lines());
        var snapshots = data.resolve("containerd/io.containerd.snapshotter.v1.overlayfs/snapshots");
        if (Files.exists(snapshots)) {
            found.addAll(
                    Command.of("find", snapshots.toString(), "-xdev", "-maxdepth", "1")
                            .run()
                            .lines());
        }
        if (Files.exists(Path.of(RESULTS))) {
            found.addAll(Command.of("grep", "-rlF", engine.mark(), RESULTS).run().lines());
        }
        return found;
    }

    /// Lines of the engine's own tables, without what counters count and without ports, of which
    /// the API's is another after a restart.
    private static Set<String> filter(Engine engine) {
        var found = new TreeSet<String>();
        var ours = false;
        for (var line : Command.of("nft", "list", "ruleset").run().ok().lines()) {
            if (line.startsWith("table ")) {
                ours = line.contains(engine.mark());
            }
            if (ours) {
                found.add(
                        line.strip()
                                .replaceAll("packets \\d+ bytes \\d+", "packets N")
                                .replaceAll("(dport |:)\\d{4,5}\\b", "$1PORT"));
            }
        }
        return found;
    }

    private static int entries(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return (int) all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
