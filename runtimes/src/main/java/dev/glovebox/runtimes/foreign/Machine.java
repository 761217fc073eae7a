package dev.glovebox.runtimes.foreign;

import dev.glovebox.containerd.image.BuiltinImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// What a containerd is configured on.
///
/// @param path directories to look for programs in, first to last
/// @param status what root may do: `/proc/self/status`
/// @param busybox makes the image of the probe pod
public record Machine(List<Path> path, Path status, Supplier<BuiltinImage> busybox) {
    /// Copies the directories.
    public Machine {
        path = List.copyOf(path);
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(busybox, "busybox");
    }
}
