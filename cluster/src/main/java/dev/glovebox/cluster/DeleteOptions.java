package dev.glovebox.cluster;

import java.time.Duration;
import java.util.Optional;

/// How an object is deleted.
///
/// @param grace time for its processes to end; empty for the object's own
/// @param uid precondition: the object is deleted only if it has this uid; empty for any
/// @param dependents what becomes of those whom it owns; empty for what its kind says
public record DeleteOptions(
        Optional<Duration> grace, Optional<String> uid, Optional<Dependents> dependents) {
    /// What becomes of those whom a deleted object owns.
    public enum Dependents {
        /// They go after it.
        BACKGROUND("Background"),
        /// It goes after them.
        FOREGROUND("Foreground"),
        /// They stay.
        ORPHAN("Orphan");

        private final String policy;

        Dependents(String policy) {
            this.policy = policy;
        }

        /// The API's `propagationPolicy`.
        public String policy() {
            return policy;
        }
    }

    /// What its kind says becomes of those whom it owns.
    public DeleteOptions(Optional<Duration> grace, Optional<String> uid) {
        this(grace, uid, Optional.empty());
    }

    /// Only the object with that uid, with its own grace, and in the background all whom it owns.
    public static DeleteOptions withDependents(String uid) {
        return new DeleteOptions(
                Optional.empty(), Optional.of(uid), Optional.of(Dependents.BACKGROUND));
    }

    /// The object's own grace, whatever its uid.
    public static final DeleteOptions DEFAULT =
            new DeleteOptions(Optional.empty(), Optional.empty());

    /// At once, and only the object with that uid: what a node agent sends when a pod has ended.
    public static DeleteOptions now(String uid) {
        return new DeleteOptions(Optional.of(Duration.ZERO), Optional.of(uid));
    }
}
