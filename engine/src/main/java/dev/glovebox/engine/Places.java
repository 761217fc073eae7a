package dev.glovebox.engine;

import dev.glovebox.control.EnginePaths;
import java.nio.file.Path;
import java.util.List;

/// Where the parts of one engine keep their things, below the two directories of [EnginePaths].
record Places(EnginePaths paths) {
    Path settings() {
        return data("engine.json");
    }

    /// The containerd that was started last, for a purge.
    Path containerdSettings() {
        return data("containerd.json");
    }

    Path store() {
        return data("store");
    }

    Path pki() {
        return data("pki");
    }

    /// What joining nodes were given, a directory each.
    Path joining() {
        return data("joining");
    }

    Path packages() {
        return data("packages");
    }

    /// Installed OCI runtimes, and evidence about handlers.
    Path runtimes() {
        return data("runtimes");
    }

    Path images() {
        return data("images");
    }

    Path containerdRoot() {
        return data("containerd");
    }

    Path cni() {
        return data("cni");
    }

    /// The node agent's directory: pods' volumes lie in `pods/`, their logs in `log/pods/`.
    Path node() {
        return paths.data();
    }

    /// Directories of pods' volumes and logs, which other users of the machine may not enter.
    List<Path> ofPods() {
        return List.of(pods(), logsOfPods());
    }

    Path probeLogs() {
        return data("probes");
    }

    Path containerdLog() {
        return paths.logs().resolve("containerd.log");
    }

    /// Who asked the API for what.
    Path auditLog() {
        return paths.logs().resolve("audit.log");
    }

    Path firewall() {
        return paths.run().resolve("firewall.json");
    }

    Path forwarding() {
        return paths.run().resolve("ip_forward");
    }

    /// State of an OCI runtime.
    Path runtimeRoot(String handler) {
        return paths.run().resolve("run-" + handler);
    }

    /// Everything that an engine makes in its data directory: what else lies there is not ours. In
    /// the order in which a purge removes it: what says where things are comes last.
    List<Path> all() {
        return List.of(
                store(),
                pki(),
                joining(),
                packages(),
                runtimes(),
                images(),
                containerdRoot(),
                cni(),
                pods(),
                logsOfPods(),
                probeLogs(),
                paths.logs(),
                paths.kubeconfig(),
                KeptFile.next(containerdSettings()),
                KeptFile.next(settings()),
                containerdSettings(),
                settings(),
                paths.lock());
    }

    private Path pods() {
        return data("pods");
    }

    private Path logsOfPods() {
        return data("log");
    }

    private Path data(String name) {
        return paths.data().resolve(name);
    }
}
