package dev.glovebox.controllers.nodes;

import dev.glovebox.controllers.loop.Times;
import dev.glovebox.placement.Taints;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// When a pod must leave its node, by the node's taints and the pod's tolerations. Pure. Source:
/// kube-controller-manager's taint-eviction controller.
final class Eviction {
    private Eviction() {}

    /// When; empty for never. What is already past means now.
    static Optional<Instant> of(Pod pod, Node node, Instant now) {
        List<Taint> taints = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
        return taints.stream()
                .filter(taint -> NodeHealth.NO_EXECUTE.equals(taint.getEffect()))
                .flatMap(taint -> of(pod, taint, now).stream())
                .min(Instant::compareTo);
    }

    private static Optional<Instant> of(Pod pod, Taint taint, Instant now) {
        List<Toleration> tolerated =
                pod.getSpec().getTolerations().stream()
                        .filter(toleration -> Taints.covers(toleration, taint))
                        .toList();
        if (tolerated.isEmpty()) {
            return Optional.of(now);
        }
        Instant since = Times.of(taint.getTimeAdded()).orElse(now);
        return tolerated.stream()
                .map(Toleration::getTolerationSeconds)
                .filter(java.util.Objects::nonNull)
                .min(Long::compare)
                .map(seconds -> since.plusSeconds(Math.max(0, seconds)));
    }
}
