package dev.glovebox.node.eviction;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a pod as a whole asks for: its containers and sidecars together, or what an init container
/// asks for beside the sidecars before it where that is more; its class's overhead on top. Pure.
final class PodRequests {
    private PodRequests() {}

    static long of(Pod pod, String resource) {
        long running =
                pod.getSpec().getContainers().stream().mapToLong(c -> bytes(c, resource)).sum();
        long sidecars = 0;
        long most = 0;
        for (Container init : PodFacts.initContainers(pod)) {
            long own = bytes(init, resource);
            if (PodFacts.isSidecar(init)) {
                sidecars += own;
                most = Math.max(most, sidecars);
            } else {
                most = Math.max(most, sidecars + own);
            }
        }
        return Math.max(running + sidecars, most) + amount(pod.getSpec().getOverhead(), resource);
    }

    private static long bytes(Container container, String resource) {
        var resources = container.getResources();
        return resources == null ? 0 : amount(resources.getRequests(), resource);
    }

    private static long amount(@Nullable Map<String, Quantity> amounts, String resource) {
        Quantity quantity = amounts == null ? null : amounts.get(resource);
        return quantity == null ? 0 : Bytes.of(quantity);
    }
}
