package dev.glovebox.node.pod;

import java.time.Instant;

/// Where the image of one container is.
public sealed interface ImageState {
    /// On its way.
    record Pulling() implements ImageState {}

    /// On the node.
    ///
    /// @param id the runtime's id of the image
    record Present(String id) implements ImageState {}

    /// Not to be had.
    ///
    /// @param reason `ErrImagePull`, `ErrImageNeverPull`, `InvalidImageName`
    /// @param retryAt when it is tried again
    record Failed(String reason, String message, BackOff backOff, Instant retryAt)
            implements ImageState {}
}
