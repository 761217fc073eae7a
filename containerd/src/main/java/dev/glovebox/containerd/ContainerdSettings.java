package dev.glovebox.containerd;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// Where a private containerd lives and what it is told.
///
/// @param binary the containerd to run
/// @param path directories in which it finds its shims and helpers, first to last
/// @param root what lasts: content, snapshots, metadata
/// @param state what ends with the machine: sockets, tasks, network namespaces
/// @param log file that its output is appended to
/// @param cniPlugins directory of CNI plugins
/// @param cniConfig directory of CNI configuration, ours alone
/// @param sandboxImage name of the pause image
/// @param handlers the runtimes; the first is the default
public record ContainerdSettings(
        Path binary,
        List<Path> path,
        Path root,
        Path state,
        Path log,
        Path cniPlugins,
        Path cniConfig,
        String sandboxImage,
        List<Handler> handlers) {
    /// The kernel's limit on the path of a unix socket, less the longest name of ours.
    private static final int LONGEST_STATE = 80;

    /// Refuses an empty list of handlers, and a state directory too long for sockets.
    public ContainerdSettings {
        path = List.copyOf(path);
        handlers = List.copyOf(handlers);
        Objects.requireNonNull(sandboxImage, "sandboxImage");
        if (handlers.isEmpty()) {
            throw new IllegalArgumentException("containerd without a runtime handler");
        }
        if (state.toString().length() > LONGEST_STATE) {
            throw new IllegalArgumentException(
                    "the path " + state + " is too long for unix sockets below it");
        }
    }

    /// The socket that it listens on.
    public Path socket() {
        return state.resolve("containerd.sock");
    }

    /// Its configuration file, by which its process is recognised.
    public Path config() {
        return state.resolve("containerd.toml");
    }
}
