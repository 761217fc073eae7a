package dev.glovebox.runtimes.install;

import dev.glovebox.runtimes.gvisor.Platform;
import java.util.Objects;
import java.util.Optional;

/// What a person wants of a gVisor.
///
/// @param platform empty: the one that is seen to be best
/// @param older whether an older version than the one in use may take its place
/// @param shim whether the official shim has to come with it
public record GvisorWishes(Optional<Platform> platform, boolean older, boolean shim) {
    /// The platform is there or empty.
    public GvisorWishes {
        Objects.requireNonNull(platform, "platform");
    }
}
