package dev.glovebox.apiserver.auth;

import dev.glovebox.apiserver.record.Annotations;
import java.util.Objects;

/// What an authorizer found.
///
/// @param reason why, for reviews of access and for the record; may be empty
public record Decision(boolean allowed, String reason) {
    /// Nothing allows it.
    public static final Decision REFUSED = new Decision(false, "");

    /// Allowed by what the user is, for which no words are needed.
    public static final Decision ALLOWED = new Decision(true, "");

    /// Refuses null parts.
    public Decision {
        Objects.requireNonNull(reason, "reason");
    }

    /// This decision, when it has been noted as the one that the request is answered by.
    public Decision noted(Annotations annotations) {
        annotations.note("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
        annotations.note("authorization.k8s.io/reason", reason);
        return this;
    }
}
