package dev.glovebox.controllers.replicas;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;

/// Pods for tests.
final class Pods {
    private Pods() {}

    /// A pod that nobody has placed.
    static Pod pending(String uid) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(uid)
                .withUid(uid)
                .withCreationTimestamp("2026-01-01T11:00:00Z")
                .addToLabels("app", "w")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    /// A pod on a node.
    static Pod on(String uid, String node, String phase) {
        return pending(uid)
                .edit()
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .editStatus()
                .withPhase(phase)
                .endStatus()
                .build();
    }

    /// A pod that is ready on a node.
    static Pod ready(String uid, String node, Instant since) {
        return on(uid, node, "Running")
                .edit()
                .editStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withLastTransitionTime(since.toString())
                .endCondition()
                .endStatus()
                .build();
    }
}
