package dev.glovebox.engine;

import dev.glovebox.network.NetworkException;
import dev.glovebox.network.UserNetwork;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/// The network that a user named for the pods, in place of the engine's own.
///
/// @param config a CNI configuration, or a directory with one; absolute
/// @param plugins directory of the plugins, absolute; empty for the machine's
record CniSettings(Path config, Optional<Path> plugins) {
    private static final String CONFIG = "--cni-config";

    /// Reads it, for plugins that are there.
    ///
    /// @param machine where the machine's plugins are
    /// @throws EngineException where it cannot be used, with what would help
    UserNetwork network(Supplier<Path> machine) {
        try {
            return UserNetwork.read(config).require(directory(machine));
        } catch (NetworkException e) {
            throw new EngineException(CONFIG + ": " + e.getMessage(), e);
        }
    }

    /// The directory of the plugins.
    Path directory(Supplier<Path> machine) {
        return plugins.orElseGet(machine);
    }

    String text() {
        return config + plugins.map(each -> " with plugins of " + each).orElse("");
    }
}
