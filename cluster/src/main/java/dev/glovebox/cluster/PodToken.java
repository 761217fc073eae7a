package dev.glovebox.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/// A token of a service account for one pod: it holds as long as the pod is there, and no longer
/// than its time.
///
/// @param token the secret itself
/// @param expires when it ends at the latest
public record PodToken(String token, Instant expires) {
    /// Refuses null parts.
    public PodToken {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(expires, "expires");
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "a token until " + expires;
    }

    /// What to ask for.
    ///
    /// @param account of the pod
    /// @param pod its name, in the account's namespace
    /// @param uid the pod's
    /// @param audiences who shall believe it; none means the API
    /// @param life how long it is to hold
    public record Wanted(
            ObjectKey account, String pod, String uid, List<String> audiences, Duration life) {
        /// Copies the audiences.
        public Wanted {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(pod, "pod");
            Objects.requireNonNull(uid, "uid");
            Objects.requireNonNull(life, "life");
            audiences = List.copyOf(audiences);
        }
    }
}
