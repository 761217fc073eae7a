package dev.glovebox.engine;

import dev.glovebox.network.SandboxNetworks;
import java.nio.file.Path;
import java.util.List;

/// Where the parts of one node keep their things.
///
/// @param engine has what all nodes of an engine share: packages, OCI runtimes, the routing switch
/// @param data what lasts
/// @param run what a reboot may take; short, because a socket's path has at most 107 bytes
/// @param logs directory of its containerd's log
/// @param network name of its CNI network and its nft tables
record NodePlaces(Places engine, Path data, Path run, Path logs, String network) {
    /// An engine's first node lies in the engine's own directories.
    static NodePlaces first(Places engine) {
        return new NodePlaces(
                engine,
                engine.paths().data(),
                engine.paths().run(),
                engine.paths().logs(),
                engine.paths().network());
    }

    /// Where a node lies that is not the first: below the engine's directories, under its name.
    static NodePlaces further(Places engine, String name) {
        Path data = engine.nodes().resolve(name);
        return new NodePlaces(
                engine,
                data,
                engine.paths().run().resolve(name),
                data.resolve("logs"),
                engine.paths().network() + "." + name);
    }

    /// Where a node of an engine lies.
    ///
    /// @param first name of the engine's first node
    static NodePlaces of(Places engine, String first, String name) {
        return name.equals(first) ? first(engine) : further(engine, name);
    }

    /// The containerd that was started last, for a purge.
    Path containerdSettings() {
        return data.resolve("containerd.json");
    }

    Path containerdRoot() {
        return data.resolve("containerd");
    }

    Path containerdLog() {
        return logs.resolve("containerd.log");
    }

    Path images() {
        return data.resolve("images");
    }

    Path cni() {
        return data.resolve("cni");
    }

    /// Where CNI notes the addresses in use.
    Path leases() {
        return cni().resolve("leases");
    }

    /// What CNI makes for the sandboxes of its containerd, which mounts their network namespaces
    /// below its state.
    SandboxNetworks sandboxNetworks() {
        return new SandboxNetworks(
                network, leases(), run.resolve("containerd/io.containerd.grpc.v1.cri/netns"));
    }

    Path probeLogs() {
        return data.resolve("probes");
    }

    /// Evidence about its handlers.
    Path evidence() {
        return data.resolve("runtimes");
    }

    /// Directories of pods' volumes and logs, which other users of the machine may not enter.
    List<Path> ofPods() {
        return List.of(data.resolve("pods"), data.resolve("log"));
    }

    /// The socket on which the API server talks to the node agent.
    Path nodeSocket() {
        return run.resolve("node.sock");
    }

    Path firewall() {
        return run.resolve("firewall.json");
    }

    /// State of an OCI runtime.
    Path runtimeRoot(String handler) {
        return run.resolve("run-" + handler);
    }

    /// Everything that lasts of it, in the order in which a purge removes it: what says whose
    /// images are comes after the images, and what says where things are comes last.
    List<Path> all() {
        return List.of(
                images(),
                containerdRoot(),
                data.resolve("pulled"),
                data.resolve("pulling"),
                cni(),
                ofPods().getFirst(),
                ofPods().getLast(),
                probeLogs(),
                KeptFile.next(containerdSettings()),
                containerdSettings());
    }
}
