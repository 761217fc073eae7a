package dev.glovebox.apiserver.kinds;

import java.util.List;

/// Pods and what they need around them.
final class CoreKinds {
    static final List<Declaration> ALL =
            List.of(
                    Declaration.core("configmaps", "ConfigMap", NamespacedStrategies.CONFIG_MAP),
                    Declaration.core("endpoints", "Endpoints", new EndpointsStrategy()),
                    Declaration.core("events", "Event", new EventStrategy()),
                    Declaration.core("limitranges", "LimitRange", NamespacedStrategies.LIMIT_RANGE),
                    Declaration.core("namespaces", "Namespace", new NamespaceStrategy()),
                    Declaration.core("nodes", "Node", new NodeStrategy()),
                    Declaration.core("pods", "Pod", new PodStrategy()),
                    Declaration.core("resourcequotas", "ResourceQuota", NamespacedStrategies.QUOTA),
                    Declaration.core("secrets", "Secret", new SecretStrategy()),
                    Declaration.core(
                            "serviceaccounts",
                            "ServiceAccount",
                            NamespacedStrategies.SERVICE_ACCOUNT),
                    Declaration.of(
                            "events.k8s.io",
                            "events",
                            "io.k8s.api.events.v1.Event",
                            new NewEventStrategy()),
                    new Declaration(
                            "node.k8s.io",
                            List.of("v1", "v1beta1"),
                            "runtimeclasses",
                            "io.k8s.api.node.v1.RuntimeClass",
                            new RuntimeClassStrategy()),
                    Declaration.of(
                            "coordination.k8s.io",
                            "leases",
                            "io.k8s.api.coordination.v1.Lease",
                            PolicyStrategies.LEASE),
                    Declaration.of(
                            "scheduling.k8s.io",
                            "priorityclasses",
                            "io.k8s.api.scheduling.v1.PriorityClass",
                            PolicyStrategies.PRIORITY_CLASS),
                    Declaration.of(
                            "policy",
                            "poddisruptionbudgets",
                            "io.k8s.api.policy.v1.PodDisruptionBudget",
                            PolicyStrategies.BUDGET),
                    Declaration.of(
                            "networking.k8s.io",
                            "networkpolicies",
                            "io.k8s.api.networking.v1.NetworkPolicy",
                            new NetworkPolicyStrategy()),
                    Declaration.of(
                            "discovery.k8s.io",
                            "endpointslices",
                            "io.k8s.api.discovery.v1.EndpointSlice",
                            NamespacedStrategies.SLICE));

    private CoreKinds() {}

    /// Services whose addresses are of these ranges.
    static Declaration services(List<ServiceRange> ranges) {
        return Declaration.core("services", "Service", new ServiceStrategy(ranges));
    }
}
