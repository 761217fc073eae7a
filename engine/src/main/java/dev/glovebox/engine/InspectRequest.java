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
import java.util.List;
import java.util.Optional;

/// What isolates a pod, asked of the host.
final class InspectRequest {
    private final Cluster cluster;
    private final List<Parts> nodes;

    InspectRequest(Cluster cluster, List<Parts> nodes) {
        this.cluster = cluster;
        this.nodes = nodes;
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
        return facts(nodeOf(pod), pod).orElseThrow(() -> unisolated(pod));
    }

    /// What isolates a pod on a node; empty where no sandbox of it runs.
    static Optional<SandboxFacts> facts(Parts node, Pod pod) throws IOException {
        PodSandboxFilter filter =
                PodSandboxFilter.newBuilder()
                        .putLabelSelector(Labels.POD_UID, pod.getMetadata().getUid())
                        .build();
        for (PodSandbox sandbox : node.cri().listPodSandbox(filter)) {
            if (sandbox.getState() == PodSandboxState.SANDBOX_READY) {
                var facts = node.inspector().inspect(sandbox.getId());
                if (facts.isPresent()) {
                    return facts;
                }
            }
        }
        return Optional.empty();
    }

    private Parts nodeOf(Pod pod) throws Refusal {
        String name =
                Optional.ofNullable(pod.getSpec().getNodeName()).orElseThrow(() -> unisolated(pod));
        return Parts.called(name, nodes)
                .orElseThrow(() ->
                        new Refusal(
                                1,
                                "pod %s/%s is on node %s, which is none of this engine's own"
                                        .formatted(
                                                pod.getMetadata().getNamespace(),
                                                pod.getMetadata().getName(),
                                                name)));
    }

    private static Refusal unisolated(Pod pod) {
        return new Refusal(
                1,
                "pod %s/%s has no running sandbox, so that nothing isolates it now"
                        .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName()));
    }
}
