package dev.glovebox.node.eviction;

import dev.glovebox.node.amounts.Amounts;
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
        return Amounts.sum(
                Amounts.peak(pod, container -> requested(container, resource)),
                amount(pod.getSpec().getOverhead(), resource));
    }

    private static long requested(Container container, String resource) {
        var resources = container.getResources();
        return resources == null ? 0 : amount(resources.getRequests(), resource);
    }

    private static long amount(@Nullable Map<String, Quantity> amounts, String resource) {
        return amounts == null ? 0 : Amounts.whole(amounts.get(resource));
    }
}
