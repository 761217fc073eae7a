package dev.glovebox.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import java.util.Objects;

/// A kind of object as its URL names it, with the typed model that reads it.
///
/// @param group API group, empty for core
/// @param version for example `v1`
/// @param plural for example `pods`
/// @param namespaced whether its objects live in namespaces
/// @param type the model that one object is read into
/// @param <T> that model
public record Resource<T extends HasMetadata>(
        String group, String version, String plural, boolean namespaced, Class<T> type) {
    /// core/v1 Pod.
    public static final Resource<Pod> PODS = new Resource<>("", "v1", "pods", true, Pod.class);

    /// core/v1 Node.
    public static final Resource<Node> NODES = new Resource<>("", "v1", "nodes", false, Node.class);

    /// core/v1 Namespace.
    public static final Resource<Namespace> NAMESPACES =
            new Resource<>("", "v1", "namespaces", false, Namespace.class);

    /// core/v1 Event.
    public static final Resource<Event> EVENTS =
            new Resource<>("", "v1", "events", true, Event.class);

    /// node.k8s.io/v1 RuntimeClass.
    public static final Resource<RuntimeClass> RUNTIME_CLASSES =
            new Resource<>("node.k8s.io", "v1", "runtimeclasses", false, RuntimeClass.class);

    /// core/v1 ConfigMap.
    public static final Resource<ConfigMap> CONFIG_MAPS =
            new Resource<>("", "v1", "configmaps", true, ConfigMap.class);

    /// core/v1 Secret.
    public static final Resource<Secret> SECRETS =
            new Resource<>("", "v1", "secrets", true, Secret.class);

    /// core/v1 ServiceAccount.
    public static final Resource<ServiceAccount> SERVICE_ACCOUNTS =
            new Resource<>("", "v1", "serviceaccounts", true, ServiceAccount.class);

    /// Refuses null parts.
    public Resource {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(plural, "plural");
        Objects.requireNonNull(type, "type");
    }
}
