package dev.glovebox.node.cgroup;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The cgroups of a node's pods, below `/glovebox/NODE/kubepods`, in every hierarchy of the
/// machine. A pod's cgroup is made and limited before its sandbox, so that no process of the pod
/// ever ran without its limits; runtimes make theirs below it. Stateless but for the file system.
public final class PodCgroups {
    private static final String POD = "pod";

    private final CgroupMounts mounts;
    private final CgroupPath node;
    private final CgroupPath kubepods;

    /// The cgroups of one node on this machine.
    public PodCgroups(CgroupMounts mounts, String nodeName) {
        this.mounts = mounts;
        this.node = CgroupPath.ofNode(nodeName);
        this.kubepods = node.child("kubepods");
    }

    /// Where a pod of that class and uid belongs.
    public CgroupPath path(QosClass qos, String uid) {
        CgroupPath parent = qos.directory().isEmpty() ? kubepods : kubepods.child(qos.directory());
        return parent.child(POD + uid);
    }

    /// Makes a pod's cgroup and sets its limits; on one that exists, sets them anew.
    ///
    /// @throws CgroupException when any of it fails: the pod must not start then
    public void limit(CgroupPath pod, PodLimits limits) {
        if (mounts.unified().isPresent()) {
            limitUnified(mounts.unified().get(), pod, limits);
        } else {
            limitV1(pod, limits);
        }
    }

    /// Weight of all burstable pods together against guaranteed ones.
    ///
    /// @param milliCpus the sum of their cpu requests
    public void weighBurstable(long milliCpus) {
        CgroupPath burstable = kubepods.child(QosClass.BURSTABLE.directory());
        long shares = CpuScale.shares(milliCpus);
        if (mounts.unified().isPresent()) {
            Path directory = enabled(mounts.unified().get(), burstable);
            CgroupFiles.write(
                    directory.resolve("cpu.weight"), Long.toString(CpuScale.weight(shares)));
        } else {
            CgroupFiles.write(made("cpu", burstable).resolve("cpu.shares"), Long.toString(shares));
        }
    }

    /// What the kernel says is in force for a pod now; empty parts where nothing limits it or it
    /// does not exist.
    public PodLimitsInForce inForce(CgroupPath pod) {
        if (mounts.unified().isPresent()) {
            Path directory = mounts.unified().get().resolve(pod.relative());
            return PodLimitsInForce.ofUnified(directory);
        }
        return PodLimitsInForce.ofV1(
                directory("cpu", pod), directory("memory", pod), directory("pids", pod));
    }

    /// Makes the cgroup of all pods and holds them together to what the node has for them.
    ///
    /// @param milliCpus their weight against the machine's other programs
    /// @param memory bytes
    /// @param processes processes and threads
    /// @throws CgroupException when any of it fails, also where the pods have more memory already
    public void limitAll(long milliCpus, long memory, long processes) {
        if (mounts.unified().isPresent()) {
            Path directory = enabled(mounts.unified().get(), kubepods);
            CgroupFiles.write(
                    directory.resolve("cpu.weight"),
                    Long.toString(CpuScale.weight(CpuScale.shares(milliCpus))));
            CgroupFiles.write(directory.resolve("memory.max"), Long.toString(memory));
            CgroupFiles.write(directory.resolve("pids.max"), Long.toString(processes));
        } else {
            CgroupFiles.write(
                    made("cpu", kubepods).resolve("cpu.shares"),
                    Long.toString(CpuScale.shares(milliCpus)));
            CgroupFiles.write(
                    made("memory", kubepods).resolve("memory.limit_in_bytes"),
                    Long.toString(memory));
            CgroupFiles.write(made("pids", kubepods).resolve("pids.max"), Long.toString(processes));
        }
    }

    /// What all pods together have used; empty while there was none.
    public Optional<CgroupUsage> usageOfAll() {
        return usage(kubepods);
    }

    /// How many processes and threads a pod has; empty when it does not exist.
    public Optional<Long> processes(CgroupPath pod) {
        Path directory =
                mounts.unified()
                        .map(root -> root.resolve(pod.relative()))
                        .orElseGet(() -> directory("pids", pod));
        return CgroupFiles.number(directory.resolve("pids.current")).stream().boxed().findFirst();
    }

    /// What a pod has used, or a part of it; empty when that does not exist.
    ///
    /// @param path of a pod, or of a container's cgroup below it
    public Optional<CgroupUsage> usage(CgroupPath path) {
        if (mounts.unified().isPresent()) {
            return CgroupUsage.ofUnified(mounts.unified().get().resolve(path.relative()));
        }
        return CgroupUsage.ofV1(directory(CgroupMounts.CPU_USAGE, path), directory("memory", path));
    }

    /// Bytes that a pod has, or a part of it, with all pages of files: what a limit is held
    /// against. Empty when that does not exist.
    public OptionalLong memoryInUse(CgroupPath path) {
        return CgroupFiles.number(
                mounts.unified()
                        .map(root -> root.resolve(path.relative()).resolve("memory.current"))
                        .orElseGet(
                                () -> directory("memory", path).resolve("memory.usage_in_bytes")));
    }

    /// What everything on the machine has used together, as far as its cgroups are seen from here.
    ///
    /// @throws CgroupException when the machine does not say so
    public CgroupUsage machineUsage() {
        if (mounts.unified().isPresent()) {
            return CgroupUsage.ofUnifiedRoot(mounts.unified().get(), Path.of("/proc/meminfo"));
        }
        return CgroupUsage.ofV1(root(CgroupMounts.CPU_USAGE), root("memory"))
                .orElseThrow(
                        () -> new CgroupException("the roots of cpuacct and memory tell no usage"));
    }

    /// Processes that the kernel killed for want of memory in a pod's cgroup and those below it, by
    /// the name of the cgroup right below the pod's own. No name stands for the pod's own, which on
    /// cgroup v2 counts them all; on v1 each counts only its own, and its count goes with it.
    public Map<String, Long> oomKills(CgroupPath pod) {
        if (mounts.unified().isPresent()) {
            Path directory = mounts.unified().get().resolve(pod.relative());
            return Map.of("", CgroupFiles.counter(directory.resolve("memory.events"), "oom_kill"));
        }
        Path own = directory("memory", pod);
        Map<String, Long> kills = new HashMap<>();
        for (Path each : CgroupFiles.tree(own)) {
            kills.merge(
                    each.equals(own) ? "" : own.relativize(each).getName(0).toString(),
                    CgroupFiles.counter(each.resolve("memory.oom_control"), "oom_kill"),
                    Long::sum);
        }
        return kills;
    }

    /// Whether what a cgroup counted is lost with it.
    public boolean forgetsKills() {
        return mounts.unified().isEmpty();
    }

    /// The cgroup of all pods of the node.
    public CgroupPath ofAll() {
        return kubepods;
    }

    /// How often a fork was refused at a pod's limit on processes.
    public long pidsRefusals(CgroupPath pod) {
        Path directory =
                mounts.unified()
                        .map(root -> root.resolve(pod.relative()))
                        .orElseGet(() -> directory("pids", pod));
        return CgroupFiles.counter(directory.resolve("pids.events"), "max");
    }

    /// Removes a pod's cgroup and whatever runtimes left below it.
    ///
    /// @throws CgroupException when a process is still inside
    public void remove(CgroupPath pod) {
        for (Path root : mounts.roots()) {
            CgroupFiles.tree(root.resolve(pod.relative())).forEach(CgroupFiles::removeDirectory);
        }
    }

    /// Every pod that has a cgroup here in some hierarchy, by uid.
    public Map<String, CgroupPath> pods() {
        Map<String, CgroupPath> pods = new TreeMap<>();
        for (QosClass qos : QosClass.values()) {
            for (String uid : uids(qos)) {
                pods.put(uid, path(qos, uid));
            }
        }
        return pods;
    }

    /// Removes every cgroup of this node, and `/glovebox` if no other node is left in it.
    public void purge() {
        for (Path root : mounts.roots()) {
            CgroupFiles.tree(root.resolve(node.relative())).forEach(CgroupFiles::removeDirectory);
            Path shared = root.resolve("glovebox");
            if (CgroupFiles.tree(shared).size() == 1) {
                CgroupFiles.removeDirectory(shared);
            }
        }
    }

    private Set<String> uids(QosClass qos) {
        CgroupPath parent = qos.directory().isEmpty() ? kubepods : kubepods.child(qos.directory());
        Set<String> uids = new TreeSet<>();
        for (Path root : new HashSet<>(mounts.roots())) {
            CgroupFiles.children(root.resolve(parent.relative()), POD).stream()
                    .map(name -> name.substring(POD.length()))
                    .forEach(uids::add);
        }
        return uids;
    }

    private void limitV1(CgroupPath pod, PodLimits limits) {
        Path cpu = made("cpu", pod);
        CgroupFiles.write(cpu.resolve("cpu.shares"), Long.toString(limits.cpuShares()));
        CgroupFiles.write(cpu.resolve("cpu.cfs_period_us"), Long.toString(CpuScale.PERIOD));
        CgroupFiles.write(cpu.resolve("cpu.cfs_quota_us"), or(limits.cpuQuota(), "-1"));
        limitMemoryV1(made("memory", pod), limits.resources().memoryLimit());
        CgroupFiles.write(made("pids", pod).resolve("pids.max"), or(limits.pids(), "max"));
    }

    /// The limit with swap may not be below the one without at any moment, so the order depends on
    /// the direction.
    private static void limitMemoryV1(Path memory, OptionalLong limit) {
        Path plain = memory.resolve("memory.limit_in_bytes");
        Path withSwap = memory.resolve("memory.memsw.limit_in_bytes");
        Optional<String> before = CgroupFiles.read(withSwap);
        if (before.isEmpty()) {
            CgroupFiles.write(plain, or(limit, "-1"));
            return;
        }
        boolean raises = limit.isEmpty() || Long.parseLong(before.get()) < limit.getAsLong();
        for (Path file : raises ? List.of(withSwap, plain) : List.of(plain, withSwap)) {
            CgroupFiles.write(file, or(limit, "-1"));
        }
    }

    private static void limitUnified(Path root, CgroupPath pod, PodLimits limits) {
        Path directory = enabled(root, pod);
        CgroupFiles.write(
                directory.resolve("cpu.weight"),
                Long.toString(CpuScale.weight(limits.cpuShares())));
        CgroupFiles.write(
                directory.resolve("cpu.max"), or(limits.cpuQuota(), "max") + " " + CpuScale.PERIOD);
        OptionalLong memory = limits.resources().memoryLimit();
        CgroupFiles.write(directory.resolve("memory.max"), or(memory, "max"));
        Path swap = directory.resolve("memory.swap.max");
        if (CgroupFiles.read(swap).isPresent()) {
            CgroupFiles.write(swap, memory.isPresent() ? "0" : "max");
        }
        CgroupFiles.write(directory.resolve("pids.max"), or(limits.pids(), "max"));
    }

    /// Makes a v2 cgroup whose ancestors hand the controllers down to it.
    private static Path enabled(Path root, CgroupPath pod) {
        Path parent = root;
        for (String component : pod.relative().split("/", -1)) {
            CgroupFiles.write(parent.resolve("cgroup.subtree_control"), "+cpu +memory +pids");
            parent = parent.resolve(component);
            CgroupFiles.makeDirectory(parent);
        }
        return parent;
    }

    private Path made(String controller, CgroupPath pod) {
        Path directory = directory(controller, pod);
        CgroupFiles.makeDirectory(directory);
        return directory;
    }

    private Path directory(String controller, CgroupPath pod) {
        return root(controller).resolve(pod.relative());
    }

    private Path root(String controller) {
        Path root = mounts.controllers().get(controller);
        if (root == null) {
            throw new CgroupException("no cgroup hierarchy with the controller " + controller);
        }
        return root;
    }

    private static String or(OptionalLong value, String none) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : none;
    }
}
