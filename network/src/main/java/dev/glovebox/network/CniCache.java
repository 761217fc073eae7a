package dev.glovebox.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// libcni's cache of results, whose place cannot be changed. Our entries are known by the name of
/// our network, with which their file names begin.
public final class CniCache {
    private final Path directory;

    /// The machine's cache, `/var/lib/cni/results`.
    public CniCache() {
        this(Path.of("/var/lib/cni/results"));
    }

    CniCache(Path directory) {
        this.directory = directory;
    }

    /// Files that belong to a network.
    public List<Path> entries(String network) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith(network + "-"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new NetworkException("cannot list " + directory, e);
        }
    }

    /// The result of a sandbox's loopback, which belongs to no network of ours.
    ///
    /// @param sandbox its id
    Path loopback(String sandbox) {
        return directory.resolve("cni-loopback-" + sandbox + "-lo");
    }

    /// Removes the files of a network, those of its sandboxes' loopbacks, and the directories that
    /// are empty without them.
    public void purge(String network) {
        try {
            for (Path entry : entries(network)) {
                Files.deleteIfExists(loopback(sandbox(network, entry)));
                Files.delete(entry);
            }
            removeIfEmpty(directory);
            Path parent = directory.getParent();
            if (parent != null) {
                removeIfEmpty(parent);
            }
        } catch (IOException e) {
            throw new NetworkException("cannot remove entries of " + network, e);
        }
    }

    /// File names are `NETWORK-SANDBOX-INTERFACE`.
    private static String sandbox(String network, Path entry) {
        String rest = entry.getFileName().toString().substring(network.length() + 1);
        return rest.replaceFirst("-[^-]*$", "");
    }

    private static void removeIfEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> left = Files.list(directory)) {
            if (left.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(directory);
    }
}
