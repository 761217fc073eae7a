package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.control.Refusal;
import dev.glovebox.cri.PodSandbox;
import dev.glovebox.cri.PodSandboxFilter;
import dev.glovebox.cri.PodSandboxState;
import dev.glovebox.node.spec.Labels;
import dev.glovebox.runtimes.SandboxFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;

/// What isolates a pod, asked of the host.
final class InspectRequest {
    private final Cluster cluster;
    private final Parts parts;

    InspectRequest(Cluster cluster, Parts parts) {
        this.cluster = cluster;
        this.parts = parts;
    }

    String text(String namespace, String name, boolean json) throws Refusal, IOException {
        Pod pod =
                cluster.get(Resource.PODS, new ObjectKey(namespace, name))
                        .orElseThrow(() ->
                                new Refusal(
                                        1, "no pod %s in namespace %s".formatted(name, namespace)));
        InspectReport report = new InspectReport(pod, facts(pod));
        return json ? report.json() : report.text();
    }

    private SandboxFacts facts(Pod pod) throws Refusal, IOException {
        PodSandboxFilter filter =
                PodSandboxFilter.newBuilder()
                        .putLabelSelector(Labels.POD_UID, pod.getMetadata().getUid())
                        .build();
        for (PodSandbox sandbox : parts.cri().listPodSandbox(filter)) {
            if (sandbox.getState() == PodSandboxState.SANDBOX_READY) {
                var facts = parts.inspector().inspect(sandbox.getId());
                if (facts.isPresent()) {
                    return facts.get();
                }
            }
        }
        throw new Refusal(
                1,
                "pod %s/%s has no running sandbox, so that nothing isolates it now"
                        .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName()));
    }
}
