package dev.glovebox.apiserver.auth;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Who sends a request, as authentication found.
///
/// @param name for example `kubernetes-admin` or `system:node:master`
/// @param uid of a service account; empty where names alone tell users apart
/// @param groups for example `system:masters`
/// @param extra further facts, for example the pod that a token is bound to
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    /// The group of everybody who was authenticated.
    public static final String AUTHENTICATED = "system:authenticated";

    /// The group of everybody else.
    public static final String UNAUTHENTICATED = "system:unauthenticated";

    /// The group of those who may do everything.
    public static final String MASTERS = "system:masters";

    /// Somebody who did not say who they are.
    public static final User ANONYMOUS = new User("system:anonymous", List.of(UNAUTHENTICATED));

    /// Copies the groups and the facts.
    public User {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(uid, "uid");
        groups = List.copyOf(groups);
        extra = Map.copyOf(new TreeMap<>(extra));
    }

    /// A user of whom only the name and the groups are known.
    public User(String name, List<String> groups) {
        this(name, "", groups, Map.of());
    }
}
