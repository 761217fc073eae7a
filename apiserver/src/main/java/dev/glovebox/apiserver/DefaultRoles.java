package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/// The roles and bindings that every Kubernetes cluster has, as data.
final class DefaultRoles {
    private static final Map<String, String> KINDS =
            Map.of(
                    "clusterroles", "ClusterRole",
                    "clusterrolebindings", "ClusterRoleBinding",
                    "roles", "Role",
                    "rolebindings", "RoleBinding");

    private DefaultRoles() {}

    /// Lists of objects by their plural.
    static JsonNode read() {
        try (InputStream in = DefaultRoles.class.getResourceAsStream("auth/defaults.json")) {
            if (in == null) {
                throw new IllegalStateException("auth/defaults.json is not on the class path");
            }
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("auth/defaults.json", e);
        }
    }

    static String kind(String plural) {
        String kind = KINDS.get(plural);
        if (kind == null) {
            throw new IllegalStateException("no kind of roles: " + plural);
        }
        return kind;
    }
}
