package dev.glovebox.controllers.volumes;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.stream.Stream;

/// Which claims a pod uses. Only a pod on a node uses any: a node starts no pod whose claim is
/// being deleted. Source: kube-controller-manager's `volume/pvcprotection`.
final class ClaimUse {
    private ClaimUse() {}

    /// The claims that a pod names, and those that would be made for it.
    static Stream<ObjectKey> claims(Pod pod) {
        return volumes(pod)
                .filter(volume ->
                        volume.getPersistentVolumeClaim() != null || volume.getEphemeral() != null)
                .map(volume ->
                        new ObjectKey(pod.getMetadata().getNamespace(), claimName(pod, volume)));
    }

    private static Stream<Volume> volumes(Pod pod) {
        return pod.getSpec() == null ? Stream.empty() : pod.getSpec().getVolumes().stream();
    }

    private static String claimName(Pod pod, Volume volume) {
        return volume.getPersistentVolumeClaim() != null
                ? volume.getPersistentVolumeClaim().getClaimName()
                : pod.getMetadata().getName() + "-" + volume.getName();
    }

    /// Whether a pod uses a claim. One made for the pod is not used any more when the node has done
    /// with the pod, or it would wait for the pod while the pod waits for it.
    static boolean uses(Pod pod, PersistentVolumeClaim claim) {
        return PodFacts.isAssigned(pod)
                && pod.getMetadata().getNamespace().equals(claim.getMetadata().getNamespace())
                && volumes(pod).anyMatch(volume -> uses(pod, volume, claim));
    }

    private static boolean uses(Pod pod, Volume volume, PersistentVolumeClaim claim) {
        boolean named = volume.getPersistentVolumeClaim() != null;
        boolean made = volume.getEphemeral() != null;
        return (named || made)
                && claimName(pod, volume).equals(claim.getMetadata().getName())
                && (named || (!isDone(pod) && isMadeFor(pod, claim)));
    }

    private static boolean isDone(Pod pod) {
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        return PodFacts.isLeaving(pod) && grace != null && grace == 0;
    }

    private static boolean isMadeFor(Pod pod, PersistentVolumeClaim claim) {
        return claim.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner ->
                        Boolean.TRUE.equals(owner.getController())
                                && owner.getUid().equals(pod.getMetadata().getUid()));
    }
}
