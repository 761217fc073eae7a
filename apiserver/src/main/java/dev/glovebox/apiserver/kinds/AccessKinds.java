package dev.glovebox.apiserver.kinds;

import java.util.List;

/// Who may do what.
final class AccessKinds {
    static final List<Declaration> ALL =
            List.of(
                    Declaration.of(
                            "rbac.authorization.k8s.io",
                            "clusterrolebindings",
                            "io.k8s.api.rbac.v1.ClusterRoleBinding",
                            AccessStrategies.CLUSTER_ROLE_BINDING),
                    Declaration.of(
                            "rbac.authorization.k8s.io",
                            "clusterroles",
                            "io.k8s.api.rbac.v1.ClusterRole",
                            AccessStrategies.CLUSTER_ROLE),
                    Declaration.of(
                            "rbac.authorization.k8s.io",
                            "rolebindings",
                            "io.k8s.api.rbac.v1.RoleBinding",
                            AccessStrategies.ROLE_BINDING),
                    Declaration.of(
                            "rbac.authorization.k8s.io",
                            "roles",
                            "io.k8s.api.rbac.v1.Role",
                            AccessStrategies.ROLE),
                    review(
                            "authentication.k8s.io",
                            "selfsubjectreviews",
                            "io.k8s.api.authentication.v1.SelfSubjectReview"),
                    review(
                            "authentication.k8s.io",
                            "tokenreviews",
                            "io.k8s.api.authentication.v1.TokenReview"),
                    review(
                            "authorization.k8s.io",
                            "localsubjectaccessreviews",
                            "io.k8s.api.authorization.v1.LocalSubjectAccessReview"),
                    review(
                            "authorization.k8s.io",
                            "selfsubjectaccessreviews",
                            "io.k8s.api.authorization.v1.SelfSubjectAccessReview"),
                    review(
                            "authorization.k8s.io",
                            "selfsubjectrulesreviews",
                            "io.k8s.api.authorization.v1.SelfSubjectRulesReview"),
                    review(
                            "authorization.k8s.io",
                            "subjectaccessreviews",
                            "io.k8s.api.authorization.v1.SubjectAccessReview"));

    private AccessKinds() {}

    private static Declaration review(String group, String plural, String schema) {
        return Declaration.of(group, plural, schema, AccessStrategies.REVIEW);
    }
}
