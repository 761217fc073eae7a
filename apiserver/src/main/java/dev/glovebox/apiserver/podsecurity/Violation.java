package dev.glovebox.apiserver.podsecurity;

import java.util.List;
import java.util.stream.Collectors;

/// What a pod asks for and may not.
///
/// @param reason in general, for example `host namespaces`
/// @param detail in this pod, for example `hostPID=true`
public record Violation(String reason, String detail) {
    /// All of them as a refusal tells of them.
    public static String details(List<Violation> violations) {
        return violations.stream()
                .map(each -> each.reason() + " (" + each.detail() + ")")
                .collect(Collectors.joining(", "));
    }

    /// The reasons alone.
    public static String reasons(List<Violation> violations) {
        return violations.stream().map(Violation::reason).collect(Collectors.joining(", "));
    }
}
