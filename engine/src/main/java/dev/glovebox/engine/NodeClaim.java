package dev.glovebox.engine;

import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A node's name, claimed by one engine of the machine: its cgroups are called by it, and two
/// engines of one name would limit and purge each other's pods. The claim is a symbolic link
/// `/run/glovebox/node-NAME` to the mark of the engine that has it, made in one step; a purge or a
/// reboot removes it.
final class NodeClaim {
    private NodeClaim() {}

    /// Claims the name, again where this engine has it already.
    ///
    /// @throws EngineException where another engine that was not purged has it
    static void take(EnginePaths paths, String node) throws IOException {
        Path claim = claim(paths, node);
        try {
            Files.createSymbolicLink(claim, Path.of(paths.mark()));
        } catch (FileAlreadyExistsException claimed) {
            String owner = Files.readSymbolicLink(claim).toString();
            if (!owner.equals(paths.mark())) {
                throw new EngineException(
                        "another engine of this machine has the node name %s (%s); choose another with --node-name, or purge that engine"
                                .formatted(node, claim.resolveSibling(owner)),
                        claimed);
            }
        }
    }

    /// Whether this engine has the name; what is called by it is another's otherwise.
    static boolean holds(EnginePaths paths, String node) throws IOException {
        try {
            return Files.readSymbolicLink(claim(paths, node)).toString().equals(paths.mark());
        } catch (NoSuchFileException nobody) {
            return false;
        }
    }

    /// Gives the name back, which this engine has.
    static void release(EnginePaths paths, String node) throws IOException {
        Files.delete(claim(paths, node));
    }

    private static Path claim(EnginePaths paths, String node) {
        return paths.runs().resolve("node-" + node);
    }
}
