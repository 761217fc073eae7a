package dev.glovebox.apiserver.podsecurity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How much a pod may ask for, from everything to little.
public enum SecurityLevel {
    /// Everything.
    PRIVILEGED,
    /// Nothing that is known to lead out of a container.
    BASELINE,
    /// What hardening asks for.
    RESTRICTED;

    /// As a label has it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<SecurityLevel> parse(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
