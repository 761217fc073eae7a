package dev.glovebox.runtimes.gvisor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How gVisor catches the system calls of what it runs (`runsc --platform`).
public enum Platform {
    /// Signals of seccomp; works on every machine, and is gVisor's default.
    SYSTRAP,
    /// Hardware virtualisation.
    KVM,
    /// ptrace(2); slow.
    PTRACE;

    /// The word that runsc knows.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The platform of that name.
    public static Optional<Platform> of(String text) {
        return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
    }
}
