package dev.glovebox.policy;

import java.util.Locale;
import java.util.Optional;

/// How far the pods of a namespace are trusted.
public enum TrustLevel {
    /// Pods may share the host's kernel.
    TRUSTED,
    /// Pods need a kernel of their own, and nothing of the host.
    UNTRUSTED;

    /// The level as the label writes it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The level of that exact word; empty for any other text.
    public static Optional<TrustLevel> parse(String word) {
        for (TrustLevel level : values()) {
            if (level.word().equals(word)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
