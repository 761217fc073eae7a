package dev.glovebox.apiserver.auth;

import java.util.List;
import java.util.Objects;

/// Who sends a request, as authentication found.
///
/// @param name for example `kubernetes-admin` or `system:node:master`
/// @param groups for example `system:masters`
public record User(String name, List<String> groups) {
    /// Copies the groups.
    public User {
        Objects.requireNonNull(name, "name");
        groups = List.copyOf(groups);
    }
}
