package dev.glovebox.node.amounts;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a pod says of itself beside what its containers say (`spec.resources`). Source: KEP-2837.
public final class PodLevel {
    private PodLevel() {}

    /// Empty where it says nothing of that resource.
    public static Optional<Quantity> request(Pod pod, String resource) {
        return said(pod, ResourceRequirements::getRequests, resource);
    }

    /// Empty where it says nothing of that resource, or zero, which limits nothing.
    public static Optional<Quantity> limit(Pod pod, String resource) {
        return said(pod, ResourceRequirements::getLimits, resource)
                .filter(limit -> limit.getNumericalAmount().signum() > 0);
    }

    private static Optional<Quantity> said(
            Pod pod, Function<ResourceRequirements, Map<String, Quantity>> kind, String resource) {
        return Optional.ofNullable(pod.getSpec().getResources())
                .map(kind)
                .map(amounts -> amounts.get(resource));
    }
}
