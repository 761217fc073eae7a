package dev.glovebox.cluster;

import java.time.Duration;
import java.util.Optional;

/// How an object is deleted.
///
/// @param grace time for its processes to end; empty for the object's own
/// @param uid precondition: the object is deleted only if it has this uid; empty for any
public record DeleteOptions(Optional<Duration> grace, Optional<String> uid) {
    /// The object's own grace, whatever its uid.
    public static final DeleteOptions DEFAULT =
            new DeleteOptions(Optional.empty(), Optional.empty());

    /// At once, and only the object with that uid: what a node agent sends when a pod has ended.
    public static DeleteOptions now(String uid) {
        return new DeleteOptions(Optional.of(Duration.ZERO), Optional.of(uid));
    }
}
