package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodResourceClaimStatus;
import java.util.Objects;
import java.util.Optional;

/// The ResourceClaims of a pod (dynamic resource allocation). The API serves none, so that a pod
/// that has any goes nowhere, rather than anywhere without its devices. Source of the words:
/// kube-scheduler's DynamicResources, which only logs them and keeps such a pod out of its queue.
final class DeviceClaims {
    private DeviceClaims() {}

    /// Why the pod may go nowhere; empty if it has no such claims.
    static Optional<String> refusal(Pod pod) {
        return pod.getSpec().getResourceClaims().stream()
                .findFirst()
                .map(claim -> refusal(pod, claim));
    }

    private static String refusal(Pod pod, PodResourceClaim claim) {
        String namespace = pod.getMetadata().getNamespace();
        return name(pod, claim)
                .map(name -> "could not find ResourceClaim \"%s/%s\"".formatted(namespace, name))
                .orElseGet(() ->
                        "pod \"%s/%s\": ResourceClaim not created yet"
                                .formatted(namespace, pod.getMetadata().getName()));
    }

    /// The name that the pod says, or that somebody made from its template.
    private static Optional<String> name(Pod pod, PodResourceClaim claim) {
        if (claim.getResourceClaimName() != null || pod.getStatus() == null) {
            return Optional.ofNullable(claim.getResourceClaimName());
        }
        return pod.getStatus().getResourceClaimStatuses().stream()
                .filter(made -> Objects.equals(made.getName(), claim.getName()))
                .map(PodResourceClaimStatus::getResourceClaimName)
                .filter(Objects::nonNull)
                .findFirst();
    }
}
