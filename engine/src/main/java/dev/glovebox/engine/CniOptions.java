package dev.glovebox.engine;

import picocli.CommandLine.Option;

/// Options about a network of the user's own.
final class CniOptions {
    @Option(
            names = "--cni-config",
            paramLabel = "FILE",
            description =
                    "A CNI configuration, or a directory with one, for the pods' network (one of the engine's own).")
    private String config = "";

    @Option(
            names = "--cni-bin",
            paramLabel = "DIRECTORY",
            description = "Where the plugins of --cni-config are (the machine's).")
    private String plugins = "";

    /// What was said.
    NodeFlags.Cni said() {
        return new NodeFlags.Cni(config, plugins);
    }
}
