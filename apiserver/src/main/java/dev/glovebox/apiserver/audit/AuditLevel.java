package dev.glovebox.apiserver.audit;

import java.util.Arrays;
import java.util.Optional;

/// How much of each request is recorded. The names are those of `audit.k8s.io`.
public enum AuditLevel {
    /// Nothing.
    NONE("None"),
    /// Who asked when for what, and what came of it.
    METADATA("Metadata"),
    /// The body of the request too, except where it may hold a secret.
    REQUEST("Request");

    private final String word;

    AuditLevel(String word) {
        this.word = word;
    }

    /// As audit events name it.
    public String word() {
        return word;
    }

    /// The level of that name; empty for any other word.
    public static Optional<AuditLevel> parse(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}
