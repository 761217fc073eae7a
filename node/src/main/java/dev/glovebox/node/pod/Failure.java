package dev.glovebox.node.pod;

import java.time.Instant;

/// Something that could not be made and is tried again later.
///
/// @param reason one word, for example `CreateContainerConfigError`
/// @param message the cause
/// @param backOff the delay that holds
/// @param retryAt when it is tried again
public record Failure(String reason, String message, BackOff backOff, Instant retryAt) {}
