package dev.glovebox.apiserver.kinds;

import java.util.List;

/// Who may do what.
final class AccessKinds {
    static final List<Declaration> ALL =
            List.of(
                    Declaration.plain(
                            "rbac.authorization.k8s.io",
                            "clusterrolebindings",
                            "io.k8s.api.rbac.v1.ClusterRoleBinding"),
                    Declaration.plain(
                            "rbac.authorization.k8s.io",
                            "clusterroles",
                            "io.k8s.api.rbac.v1.ClusterRole"),
                    Declaration.plain(
                            "rbac.authorization.k8s.io",
                            "rolebindings",
                            "io.k8s.api.rbac.v1.RoleBinding"),
                    Declaration.plain(
                            "rbac.authorization.k8s.io", "roles", "io.k8s.api.rbac.v1.Role"));

    private AccessKinds() {}
}
