package dev.glovebox.apiserver.podsecurity;

import java.util.Set;

/// Whom and what the Pod Security Standards do not bind, by configuration.
///
/// @param usernames who may make any pod
/// @param namespaces where any pod may be made
/// @param runtimeClasses under which a pod may be anything
public record Exemptions(
        Set<String> usernames, Set<String> namespaces, Set<String> runtimeClasses) {
    /// Nobody and nothing.
    public static final Exemptions NONE = new Exemptions(Set.of(), Set.of(), Set.of());

    /// Copies the sets.
    public Exemptions {
        usernames = Set.copyOf(usernames);
        namespaces = Set.copyOf(namespaces);
        runtimeClasses = Set.copyOf(runtimeClasses);
    }
}
