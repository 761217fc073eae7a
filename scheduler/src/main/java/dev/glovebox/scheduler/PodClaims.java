package dev.glovebox.scheduler;

import dev.glovebox.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The PersistentVolumeClaims of a pod's volumes, its ephemeral ones among them, and what about
/// them keeps the pod from every node. Source: kube-scheduler's VolumeRestrictions, VolumeBinding
/// and VolumeZone before they look at nodes.
final class PodClaims {
    private static final String BOUND = "pv.kubernetes.io/bind-completed";

    /// @param ephemeral whether the claim has to be the pod's own
    private record Use(ObjectKey key, boolean ephemeral) {}

    private final Pod pod;
    private final Storage storage;

    PodClaims(Pod pod, Storage storage) {
        this.pod = pod;
        this.storage = storage;
    }

    /// Whether the pod has any.
    static boolean areUsed(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .anyMatch(each ->
                        each.getPersistentVolumeClaim() != null || each.getEphemeral() != null);
    }

    /// Names of the claims that a pod uses and does not own.
    static List<String> named(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getPersistentVolumeClaim() != null)
                .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
                .toList();
    }

    /// Claims that have their volume, in the order of the pod's volumes.
    List<PersistentVolumeClaim> bound() {
        return uses().flatMap(this::known).filter(PodClaims::isBound).toList();
    }

    /// Those of them that the pod does not own.
    List<PersistentVolumeClaim> boundAndNamed() {
        return uses().filter(use -> !use.ephemeral())
                .flatMap(this::known)
                .filter(PodClaims::isBound)
                .toList();
    }

    /// Claims that get their volume when the pod has a node, in the order of the pod's volumes.
    List<PersistentVolumeClaim> late() {
        return uses().flatMap(this::known).filter(this::isLate).toList();
    }

    /// Why the pod may go nowhere, in kube-scheduler's words; empty if nothing is amiss.
    Optional<String> refusal() {
        return Stream.<Stream<String>>of(
                        uses().filter(use -> !use.ephemeral()).flatMap(this::missing),
                        uses().flatMap(this::amiss),
                        unbound(),
                        boundAndNamed().stream().flatMap(this::withoutVolume))
                .flatMap(found -> found)
                .findFirst();
    }

    private Stream<Use> uses() {
        return pod.getSpec().getVolumes().stream().flatMap(this::use);
    }

    private Stream<Use> use(Volume volume) {
        if (volume.getPersistentVolumeClaim() != null) {
            return Stream.of(
                    new Use(key(pod, volume.getPersistentVolumeClaim().getClaimName()), false));
        }
        return volume.getEphemeral() == null
                ? Stream.empty()
                : Stream.of(
                        new Use(
                                key(pod, pod.getMetadata().getName() + "-" + volume.getName()),
                                true));
    }

    /// The key of a claim of that name beside a pod.
    static ObjectKey key(Pod pod, String name) {
        return new ObjectKey(pod.getMetadata().getNamespace(), name);
    }

    private Stream<PersistentVolumeClaim> known(Use use) {
        return Stream.ofNullable(storage.claims().get(use.key()));
    }

    private Stream<String> missing(Use use) {
        return storage.claims().containsKey(use.key())
                ? Stream.empty()
                : Stream.of("persistentvolumeclaim \"%s\" not found".formatted(use.key().name()));
    }

    private Stream<String> amiss(Use use) {
        PersistentVolumeClaim claim = storage.claims().get(use.key());
        String name = use.key().name();
        if (claim == null) {
            return Stream.of(
                    "waiting for ephemeral volume controller to create the"
                            + " persistentvolumeclaim \"%s\"".formatted(name));
        }
        if (claim.getStatus() != null && "Lost".equals(claim.getStatus().getPhase())) {
            return Stream.of(
                    "persistentvolumeclaim \"%s\" bound to non-existent persistentvolume \"%s\""
                            .formatted(name, volumeName(claim)));
        }
        if (claim.getMetadata().getDeletionTimestamp() != null) {
            return Stream.of("persistentvolumeclaim \"%s\" is being deleted".formatted(name));
        }
        return use.ephemeral() && !isOwn(claim)
                ? Stream.of(
                        "PVC %1$s/%2$s was not created for pod %1$s/%3$s (pod is not owner)"
                                .formatted(
                                        use.key().namespace(), name, pod.getMetadata().getName()))
                : Stream.empty();
    }

    private boolean isOwn(PersistentVolumeClaim claim) {
        return claim.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .anyMatch(owner -> Objects.equals(owner.getUid(), pod.getMetadata().getUid()));
    }

    private Stream<String> unbound() {
        return uses().flatMap(this::known).allMatch(claim -> isBound(claim) || isLate(claim))
                ? Stream.empty()
                : Stream.of("pod has unbound immediate PersistentVolumeClaims");
    }

    private Stream<String> withoutVolume(PersistentVolumeClaim claim) {
        String volume = volumeName(claim);
        return storage.volumes().containsKey(volume)
                ? Stream.empty()
                : Stream.of("persistentvolume \"%s\" not found".formatted(volume));
    }

    /// Whoever binds a claim says so when both sides know; a name alone is a wish.
    private static boolean isBound(PersistentVolumeClaim claim) {
        Map<String, String> annotations = claim.getMetadata().getAnnotations();
        return !volumeName(claim).isEmpty()
                && annotations != null
                && annotations.containsKey(BOUND);
    }

    private boolean isLate(PersistentVolumeClaim claim) {
        StorageClass found = storage.classOf(claim);
        return volumeName(claim).isEmpty()
                && found != null
                && "WaitForFirstConsumer".equals(found.getVolumeBindingMode());
    }

    private static String volumeName(PersistentVolumeClaim claim) {
        return Objects.requireNonNullElse(claim.getSpec().getVolumeName(), "");
    }
}
