package dev.glovebox.engine;

import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where the parts of one engine keep their things, below the two directories of [EnginePaths].
record Places(EnginePaths paths) {
    Path settings() {
        return data("engine.json");
    }

    /// What nodes keep free, where a user wrote it down; it stays a user's.
    Path kubelet() {
        return data("kubelet.yaml");
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

    /// All nodes but the first, a directory each.
    Path nodes() {
        return data("nodes");
    }

    /// The names of all nodes but the first that have a directory, whoever made it.
    List<String> furtherNodes() throws IOException {
        if (!Files.isDirectory(nodes(), LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var directories = Files.list(nodes())) {
            return directories.map(each -> each.getFileName().toString()).toList();
        }
    }

    Path packages() {
        return data("packages");
    }

    /// Installed OCI runtimes, and evidence about the first node's handlers.
    Path runtimes() {
        return data("runtimes");
    }

    /// Who asked the API for what.
    Path auditLog() {
        return paths.logs().resolve("audit.log");
    }

    Path forwarding() {
        return paths.run().resolve("ip_forward");
    }

    /// Everything that an engine makes in its data directory: what else lies there is not ours. In
    /// the order in which a purge removes it: what says where things are comes last.
    List<Path> all() {
        List<Path> all = new ArrayList<>();
        all.addAll(List.of(store(), pki(), joining(), packages(), runtimes()));
        all.addAll(List.of(paths.logs(), paths.kubeconfig(), KeptFile.next(settings())));
        all.add(nodes());
        all.addAll(NodePlaces.first(this).all());
        all.addAll(List.of(settings(), paths.lock()));
        return List.copyOf(all);
    }

    private Path data(String name) {
        return paths.data().resolve(name);
    }
}
