package dev.glovebox.node;

import dev.glovebox.model.Names;
import dev.glovebox.node.spec.ClusterDns;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a node agent is told about its node.
///
/// @param name of the Node object
/// @param address the host's IPv4 address that the node shows, and pods' `hostIP`
/// @param dataDirectory `pods/` and `log/pods/` lie below it
/// @param runDirectory where the node's socket lies; emptied by a reboot
/// @param defaultPids most processes of a pod that does not say, without the handler's headroom
/// @param pidsHeadroom by handler: tasks that the handler itself needs on the host, added to any
///   limit
/// @param relist time between two full looks at the runtime
/// @param volumeRefresh time between two looks at what the API fills in pods' volumes
/// @param logBytes size at which a container's log is rotated
/// @param logFiles files kept a container, the current one included
/// @param dns the cluster's name server; empty where there is none, so that pods ask the node's
/// @param headroom what is kept free
/// @param port on which others reach the kubelet's API of this node; 0 for none
public record NodeSettings(
        String name,
        String address,
        Path dataDirectory,
        Path runDirectory,
        long defaultPids,
        Map<String, Long> pidsHeadroom,
        Duration relist,
        Duration volumeRefresh,
        long logBytes,
        int logFiles,
        Optional<ClusterDns> dns,
        Headroom headroom,
        int port) {
    /// Tasks on the host that a gVisor sandbox needs for itself: 42 to 69 were counted for an idle
    /// one.
    public static final long GVISOR_TASKS = 128;

    /// Checks and copies.
    public NodeSettings {
        Objects.requireNonNull(relist, "relist");
        Objects.requireNonNull(volumeRefresh, "volumeRefresh");
        Objects.requireNonNull(headroom, "headroom");
        if (!name.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
            throw new IllegalArgumentException("not a name of a node: " + name);
        }
        if (defaultPids < 1 || logBytes < 1 || logFiles < 1) {
            throw new IllegalArgumentException("limits of a node below one");
        }
        pidsHeadroom = Map.copyOf(pidsHeadroom);
    }

    /// The usual settings: 1024 processes a pod, 10 MiB and 5 files of log a container, a relist
    /// every 10 s, volumes looked after every 5 s.
    public static NodeSettings of(
            String name,
            String address,
            Path dataDirectory,
            Path runDirectory,
            Map<String, Long> pidsHeadroom,
            Optional<ClusterDns> dns,
            Headroom headroom,
            int port) {
        return new NodeSettings(
                name,
                address,
                dataDirectory,
                runDirectory,
                1024,
                pidsHeadroom,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                10L << 20,
                5,
                dns,
                headroom,
                port);
    }

    /// The same with the usual handlers, for a node that nobody reaches and whose cluster has no
    /// name server.
    public static NodeSettings of(
            String name, String address, Path dataDirectory, Path runDirectory) {
        return of(
                name,
                address,
                dataDirectory,
                runDirectory,
                Map.of(Names.GVISOR_HANDLER, GVISOR_TASKS),
                Optional.empty(),
                Headroom.DEFAULT,
                0);
    }

    /// The unix socket of the kubelet's HTTP API.
    public Path socket() {
        return runDirectory.resolve("node.sock");
    }

    /// Directory of a pod's volumes and files.
    public Path podDirectory(String uid) {
        return dataDirectory.resolve("pods").resolve(uid);
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
