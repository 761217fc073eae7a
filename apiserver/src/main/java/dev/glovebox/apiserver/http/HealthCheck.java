package dev.glovebox.apiserver.http;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// One line of `/readyz?verbose`.
///
/// @param name for example `store`
/// @param problem what is wrong now; empty if nothing is. Asked on every request.
public record HealthCheck(String name, Supplier<Optional<String>> problem) {
    /// Refuses null parts.
    public HealthCheck {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(problem, "problem");
    }
}
