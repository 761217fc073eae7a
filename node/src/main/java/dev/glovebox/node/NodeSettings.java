package dev.glovebox.node;

import dev.glovebox.model.Names;
import dev.glovebox.node.spec.ClusterDns;
import dev.glovebox.node.spec.SeccompProfiles;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What a node agent is told about its node.
///
/// @param name of the Node object
/// @param addresses the host's that the node shows, at least one; the first is pods' `hostIP`
/// @param dataDirectory `pods/`, `log/pods/` and the administrator's `seccomp/` lie below it
/// @param runDirectory where the node's socket lies; emptied by a reboot
/// @param pids most processes of pods
/// @param logs of containers
/// @param dns the cluster's name server; empty where there is none, so that pods ask the node's
/// @param headroom what is kept free
/// @param port on which others reach the kubelet's API of this node; 0 for none
public record NodeSettings(
        String name,
        List<String> addresses,
        Path dataDirectory,
        Path runDirectory,
        Pids pids,
        Logs logs,
        Optional<ClusterDns> dns,
        Headroom headroom,
        int port) {
    /// Tasks on the host that a gVisor sandbox may have for itself at least: 42 to 69 were counted
    /// for an idle one on small machines.
    public static final long GVISOR_TASKS = 128;

    /// Checks.
    public NodeSettings {
        Objects.requireNonNull(pids, "pids");
        Objects.requireNonNull(logs, "logs");
        Objects.requireNonNull(headroom, "headroom");
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a node without an address");
        }
        if (!name.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
            throw new IllegalArgumentException("not a name of a node: " + name);
        }
    }

    /// Most processes and threads of pods.
    ///
    /// @param most of a pod that does not say, without the handler's headroom
    /// @param headroom by handler: tasks that the handler itself needs on the host, added to any
    ///   limit
    /// @param whole handlers whose pods are one whole to the host, which bounds nothing in them
    public record Pids(long most, Map<String, Long> headroom, Set<String> whole) {
        private static final long USUAL = 1024;

        /// Checks and copies.
        public Pids {
            if (most < 1) {
                throw new IllegalArgumentException("most processes below one: " + most);
            }
            headroom = Map.copyOf(headroom);
            whole = Set.copyOf(whole);
        }

        /// Whether pods of a handler are one whole to the host, which alone it bounds, as gVisor's
        /// are.
        ///
        /// @param handler empty for the runtime's default
        boolean areOne(String handler) {
            return whole.contains(handler);
        }

        /// The usual number, with what handlers need.
        public static Pids usual(Map<String, Long> headroom, Set<String> whole) {
            return new Pids(USUAL, headroom, whole);
        }
    }

    /// How much is kept of what a container says.
    ///
    /// @param bytes size at which a log is rotated
    /// @param files kept a container, the current one included
    public record Logs(long bytes, int files) {
        /// The kubelet's: 10 MiB, five files.
        public static final Logs DEFAULT = new Logs(10L << 20, 5);

        /// Refuses what keeps nothing.
        public Logs {
            if (bytes < 1 || files < 1) {
                throw new IllegalArgumentException("logs of " + files + " files of " + bytes);
            }
        }
    }

    /// The usual settings with the usual handlers, for a node that nobody reaches and whose cluster
    /// has no name server.
    public NodeSettings(String name, String address, Path dataDirectory, Path runDirectory) {
        this(
                name,
                List.of(address),
                dataDirectory,
                runDirectory,
                Pids.usual(
                        Map.of(Names.GVISOR_HANDLER, GVISOR_TASKS), Set.of(Names.GVISOR_HANDLER)),
                Logs.DEFAULT,
                Optional.empty(),
                Headroom.DEFAULT,
                0);
    }

    /// The unix socket of the kubelet's HTTP API.
    public Path socket() {
        return runDirectory.resolve("node.sock");
    }

    /// Holds a directory a pod.
    Path podsDirectory() {
        return dataDirectory.resolve("pods");
    }

    /// Directory of a pod's volumes and files.
    public Path podDirectory(String uid) {
        return podsDirectory().resolve(uid);
    }

    /// Profiles of system calls that pods may name, in `seccomp/`. Kata's agent leaves filters out
    /// unless its configuration says otherwise (`disable_guest_seccomp`).
    SeccompProfiles seccompProfiles() {
        return new SeccompProfiles(dataDirectory.resolve("seccomp"), Names.KATA::equals);
    }

    /// Directory of all pods' logs.
    public Path logDirectory() {
        return dataDirectory.resolve("log").resolve("pods");
    }

    /// Directory of one pod's logs, which holds a directory a container.
    public Path logDirectory(Pod pod) {
        ObjectMeta meta = pod.getMetadata();
        return logDirectory(meta.getNamespace(), meta.getName(), meta.getUid());
    }

    /// The same of a pod of which no more is known.
    Path logDirectory(String namespace, String pod, String uid) {
        return logDirectory().resolve(namespace + "_" + pod + "_" + uid);
    }

    /// The uid of the pod whose directory of logs that is.
    String podOfLogs(Path directory) {
        String name = directory.getFileName().toString();
        return name.substring(name.lastIndexOf('_') + 1);
    }

    /// The node's own control group, under which all of its pods lie.
    public String cgroupRoot() {
        return "/glovebox/" + name + "/kubepods";
    }
}
