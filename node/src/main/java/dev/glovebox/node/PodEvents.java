package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.EventRecorder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;

/// Tells users what happened to their pods, and to which container of them. Never blocks.
final class PodEvents implements AutoCloseable {
    private final EventRecorder recorder;

    private PodEvents(EventRecorder recorder) {
        this.recorder = recorder;
    }

    static PodEvents start(Cluster cluster, String node, Clock clock) {
        return new PodEvents(EventRecorder.start(cluster, "glovebox", node, clock));
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
