package dev.glovebox.containerd;

import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/// A runtime handler as containerd is told of it: an OCI runtime under the runc shim
/// (`io.containerd.runc.v2`).
///
/// @param name what CRI and RuntimeClass call it, a DNS label
/// @param binary the OCI runtime that the shim calls
/// @param root where that runtime keeps its state
public record Handler(String name, Path binary, Path root) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /// Refuses names that are no DNS label.
    public Handler {
        Objects.requireNonNull(binary, "binary");
        Objects.requireNonNull(root, "root");
        if (!LABEL.matcher(name).matches()) {
            throw new IllegalArgumentException("not a runtime handler's name: " + name);
        }
    }
}
