package dev.glovebox.node.amounts;

import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a pod as a whole asks for: what it says of itself, else its containers and sidecars
/// together, or what an init container asks for beside the sidecars before it where that is more;
/// its class's overhead on top. Pure.
public final class PodRequests {
    private PodRequests() {}

    /// Thousandths of a processor for `cpu`, else bytes or things; 0 for none.
    public static long of(Pod pod, String resource) {
        long own =
                PodLevel.request(pod, resource)
                        .map(request -> amount(request, resource))
                        .orElseGet(() -> ofContainers(pod, resource));
        Map<String, Quantity> overhead = pod.getSpec().getOverhead();
        return Amounts.sum(own, overhead == null ? 0 : amount(overhead.get(resource), resource));
    }

    /// What its containers ask for together at most at any time, as [#of] counts.
    public static long ofContainers(Pod pod, String resource) {
        return Amounts.peak(pod, container -> requested(container, resource));
    }

    private static long requested(Container container, String resource) {
        return Optional.ofNullable(container.getResources())
                .map(resources -> resources.getRequests())
                .map(requests -> amount(requests.get(resource), resource))
                .orElse(0L);
    }

    private static long amount(@Nullable Quantity quantity, String resource) {
        return resource.equals("cpu") ? Amounts.milli(quantity) : Amounts.whole(quantity);
    }
}
