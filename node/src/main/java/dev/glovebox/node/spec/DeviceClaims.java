package dev.glovebox.node.spec;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.ResourceClaim;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Devices that a pod asks for by ResourceClaims (dynamic resource allocation, KEP-4381). The node
/// prepares none, and no pod runs as if it had not asked.
public final class DeviceClaims {
    private DeviceClaims() {}

    /// Why a pod cannot start, in words that begin as the kubelet's; empty for one that asks for no
    /// devices.
    public static Optional<String> refusal(Pod pod) {
        String names = names(pod).distinct().sorted().collect(Collectors.joining(", "));
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Failed to prepare dynamic resources: this node prepares none, and the pod"
                                + " has resource claims: "
                                + names);
    }

    /// Claims of containers are the pod's, where the API looked after that.
    private static Stream<String> names(Pod pod) {
        return Stream.concat(
                PodFacts.orEmpty(pod.getSpec().getResourceClaims()).stream()
                        .map(PodResourceClaim::getName),
                Stream.concat(
                                PodFacts.orEmpty(pod.getSpec().getInitContainers()).stream(),
                                PodFacts.orEmpty(pod.getSpec().getContainers()).stream())
                        .flatMap(DeviceClaims::names));
    }

    private static Stream<String> names(Container container) {
        return container.getResources() == null
                ? Stream.empty()
                : PodFacts.orEmpty(container.getResources().getClaims()).stream()
                        .map(ResourceClaim::getName);
    }
}
