package dev.glovebox.containerd.packages;

import java.nio.file.Path;
import java.util.Objects;

/// A Debian package whose files lie below `root` as they would lie below `/`.
///
/// @param suite the suite that it came from, `bookworm-backports` for instance
/// @param name the package's name
/// @param version the package's version as Debian writes it
/// @param root the directory that stands for `/`
public record UnpackedPackage(String suite, String name, String version, Path root) {
    /// Refuses parts that are absent.
    public UnpackedPackage {
        Objects.requireNonNull(suite, "suite");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(root, "root");
    }

    /// The file that the package would install at `path`, `usr/bin/runsc` for instance.
    public Path file(String path) {
        return root.resolve(path);
    }
}
