package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// How far the engine is.
sealed interface Stage {
    /// It is starting.
    ///
    /// @param doing what it does now, one clause for a person
    record Starting(String doing) implements Stage {}

    /// Everything runs.
    ///
    /// @param api where the Kubernetes API listens
    /// @param cluster the API as the administrator sees it, or an agent as it sees it itself
    /// @param authority what only whoever serves the API can do; empty for an agent of an API of
    ///   somebody else
    /// @param nodes what runs pods; empty for a control plane alone
    record Running(URI api, Cluster cluster, Optional<Authority> authority, List<Parts> nodes)
            implements Stage {
        /// Copies the nodes.
        public Running {
            nodes = List.copyOf(nodes);
        }
    }

    /// What whoever serves the API can do.
    ///
    /// @param joining gives other nodes what they join with
    /// @param backups copies all objects
    record Authority(Joining joining, Backups backups) {}

    /// It is closing its parts.
    record Stopping() implements Stage {}
}
