package dev.glovebox.controllers.nodes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.controllers.loop.Times;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;

/// What is written about pods whose node cannot. A pod that has gone meanwhile is no failure.
record PodWrites(Cluster cluster, Clock clock) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Says why a pod is deleted.
    void disrupt(Pod pod, String reason, String message) {
        ObjectNode status = JSON.createObjectNode();
        disruption(status, reason, message);
        write(pod, status);
    }

    /// Says why a pod is deleted, and that nobody will ever know how it ended.
    void fail(Pod pod, String reason, String message) {
        ObjectNode status = JSON.createObjectNode().put("phase", "Failed");
        disruption(status, reason, message);
        write(pod, status);
    }

    /// Says that a pod is not ready.
    void notReady(Pod pod) {
        ObjectNode status = JSON.createObjectNode();
        condition(status, "Ready", "False");
        write(pod, status);
    }

    private void disruption(ObjectNode status, String reason, String message) {
        condition(status, "DisruptionTarget", "True").put("reason", reason).put("message", message);
    }

    private ObjectNode condition(ObjectNode status, String type, String value) {
        return status.withArray("conditions")
                .addObject()
                .put("type", type)
                .put("status", value)
                .put("lastTransitionTime", Times.text(clock.instant()));
    }

    private void write(Pod pod, ObjectNode status) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("uid", pod.getMetadata().getUid());
        patch.set("status", status);
        ifThere(() ->
                cluster.patch(
                        Resource.PODS,
                        ObjectKey.of(pod),
                        new Patch.StrategicMerge(patch.toString()),
                        "status"));
    }

    void delete(Pod pod, DeleteOptions options) {
        ifThere(() -> cluster.delete(Resource.PODS, ObjectKey.of(pod), options));
    }

    private static void ifThere(Runnable action) {
        try {
            action.run();
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND) {
                throw e;
            }
        }
    }
}
