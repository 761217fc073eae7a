package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.EventRecorder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;

/// Tells users what happened to their pods and to which container of them, and to the node. Never
/// blocks.
final class PodEvents implements AutoCloseable {
    private final EventRecorder recorder;
    private final ObjectReference node;

    private PodEvents(EventRecorder recorder, String node) {
        this.recorder = recorder;
        this.node =
                new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(node)
                        .withUid(node)
                        .build();
    }

    static PodEvents start(Cluster cluster, String node, Clock clock) {
        return new PodEvents(EventRecorder.start(cluster, "glovebox", node, clock), node);
    }

    /// Something that went as it should.
    ///
    /// @param container empty where it concerns the pod
    void normal(Pod pod, String container, String reason, String message) {
        recorder.normal(about(pod, container), reason, message);
    }

    /// Something that did not.
    ///
    /// @param container empty where it concerns the pod
    void warning(Pod pod, String container, String reason, String message) {
        recorder.warning(about(pod, container), reason, message);
    }

    /// Something that went wrong with the node. Like the kubelet's, it names the node where others
    /// have a uid.
    void nodeWarning(String reason, String message) {
        recorder.warning(node, reason, message);
    }

    private static ObjectReference about(Pod pod, String container) {
        ObjectReference about = EventRecorder.about(pod);
        about.setApiVersion("v1");
        about.setKind("Pod");
        if (!container.isEmpty()) {
            about.setFieldPath("spec.containers{" + container + "}");
        }
        return about;
    }

    @Override
    public void close() {
        recorder.close();
    }
}
