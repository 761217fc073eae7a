package dev.glovebox.containerd;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// A runtime handler as containerd is told of it: an OCI runtime under the runc shim
/// (`io.containerd.runc.v2`), or a shim that knows its runtime itself.
///
/// @param name what CRI and RuntimeClass call it, a DNS label
/// @param binary the OCI runtime that the shim calls
/// @param root where that runtime keeps its state; only the runc shim is told of it and of the
///   binary
/// @param type of the shim, as `runtime_type` has it
/// @param configuration a file that another shim than runc's is told of (`ConfigPath`)
public record Handler(
        String name, Path binary, Path root, String type, Optional<Path> configuration) {
    /// The shim of runc and what is like it.
    public static final String RUNC_SHIM = "io.containerd.runc.v2";

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final Pattern TYPE =
            Pattern.compile("io\\.containerd\\.[a-z0-9][-a-z0-9]*\\.v\\d+");

    /// Refuses names that are no DNS label, and types that are none of containerd's.
    public Handler {
        Objects.requireNonNull(binary, "binary");
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(configuration, "configuration");
        if (!LABEL.matcher(name).matches()) {
            throw new IllegalArgumentException("not a runtime handler's name: " + name);
        }
        checkType(type);
    }

    /// Refuses what is no type of containerd's shims, such as `io.containerd.kata.v2`.
    public static void checkType(String type) {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("not a type of containerd's shims: " + type);
        }
    }

    /// Under the runc shim.
    public Handler(String name, Path binary, Path root) {
        this(name, binary, root, RUNC_SHIM, Optional.empty());
    }

    /// Whether the binary is the shim itself, which containerd finds by the type's name alone: for
    /// `io.containerd.kata.v2` it looks for `containerd-shim-kata-v2`.
    public boolean isShim() {
        String[] words = type.split("\\.", -1);
        String file = "containerd-shim-" + words[2] + "-" + words[3];
        return binary.getFileName() != null && binary.getFileName().toString().equals(file);
    }

    /// Whether it is the runc shim that calls its runtime.
    boolean underRuncShim() {
        return type.equals(RUNC_SHIM);
    }
}
