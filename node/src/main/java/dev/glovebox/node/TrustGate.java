package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.policy.IsolationPolicy;
import dev.glovebox.policy.NamespaceTrust;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.policy.Verdict;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import java.util.Map;
import java.util.Optional;

/// Asks policy again at the node, and holds an untrusted pod back while its handler was not seen to
/// work.
public final class TrustGate implements PodGate {
    private final Cluster cluster;
    private final HandlerReadiness handlers;
    private final TrustLevel engineDefault;

    /// A gate that reads namespaces and classes from `cluster`.
    public TrustGate(Cluster cluster, HandlerReadiness handlers, TrustLevel engineDefault) {
        this.cluster = cluster;
        this.handlers = handlers;
        this.engineDefault = engineDefault;
    }

    @Override
    public Decision judge(Pod pod) {
        String className = Optional.ofNullable(pod.getSpec().getRuntimeClassName()).orElse("");
        Optional<String> handler = className.isEmpty() ? Optional.of("") : handlerOf(className);
        if (handler.isEmpty()) {
            return new Decision.Refuse(
                    "FailedCreatePodSandBox", "RuntimeClass \"" + className + "\" not found");
        }
        NamespaceTrust trust = trustOf(pod.getMetadata().getNamespace());
        if (trust.level() == TrustLevel.TRUSTED) {
            return new Decision.Admit(handler.get());
        }
        return switch (IsolationPolicy.decide(pod, trust, Map.of(className, handler.get()))) {
            case Verdict.Unchanged() -> ready(handler.get());
            case Verdict.Assign(String missing) ->
                    new Decision.Refuse(
                            "IsolationMissing",
                            "the pod is untrusted and has no RuntimeClass; it needs \""
                                    + missing
                                    + "\"");
            case Verdict.Refuse(String message) -> new Decision.Refuse("IsolationRefused", message);
        };
    }

    @Override
    public boolean trusts(Pod pod) {
        return trustOf(pod.getMetadata().getNamespace()).level() == TrustLevel.TRUSTED;
    }

    private Decision ready(String handler) {
        return switch (handlers.of(handler)) {
            case HandlerReadiness.State.Ready() -> new Decision.Admit(handler);
            case HandlerReadiness.State.NotReady(String cause) ->
                    new Decision.Refuse(
                            "HandlerNotReady",
                            "handler \""
                                    + handler
                                    + "\" is not ready for untrusted pods: "
                                    + cause);
        };
    }

    private Optional<String> handlerOf(String className) {
        return cluster.get(Resource.RUNTIME_CLASSES, ObjectKey.of(className))
                .map(RuntimeClass::getHandler);
    }

    private NamespaceTrust trustOf(String name) {
        Map<String, String> labels =
                cluster.get(Resource.NAMESPACES, ObjectKey.of(name))
                        .map(Namespace::getMetadata)
                        .map(metadata -> metadata.getLabels())
                        .orElse(Map.of());
        return NamespaceTrust.of(name, labels, engineDefault);
    }
}
