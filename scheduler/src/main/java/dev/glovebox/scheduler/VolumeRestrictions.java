package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.RBDVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// A claim that only one pod may have at a time (ReadWriteOncePod) keeps a second from every node;
/// a disk of the network that a pod has keeps others from that pod's node, unless all only read.
/// Source: kube-scheduler's VolumeRestrictions.
final class VolumeRestrictions implements Filter {
    private final Snapshot snapshot;
    private final Pod pod;

    VolumeRestrictions(Snapshot snapshot, Pod pod) {
        this.snapshot = snapshot;
        this.pod = pod;
    }

    @Override
    public Optional<Refusal> refuse(NodeState node) {
        if (pod.getSpec().getVolumes().isEmpty()) {
            return Optional.empty();
        }
        if (node.pods().stream().anyMatch(this::hasOneOfOurDisks)) {
            return Refusal.curable("node(s) had no available disk");
        }
        return PodClaims.named(pod).stream().anyMatch(this::isTaken)
                ? Refusal.curable(
                        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod"
                                + " access mode already in-use by another pod")
                : Optional.empty();
    }

    private boolean isTaken(String name) {
        PersistentVolumeClaim claim =
                snapshot.around().storage().claims().get(PodClaims.key(pod, name));
        return claim != null
                && claim.getSpec().getAccessModes().contains("ReadWriteOncePod")
                && snapshot.nodes().stream()
                        .flatMap(node -> node.pods().stream())
                        .filter(other ->
                                Objects.equals(
                                        other.getMetadata().getNamespace(),
                                        pod.getMetadata().getNamespace()))
                        .anyMatch(other -> PodClaims.named(other).contains(name));
    }

    private boolean hasOneOfOurDisks(Pod other) {
        return pod.getSpec().getVolumes().stream()
                .anyMatch(mine ->
                        other.getSpec().getVolumes().stream()
                                .anyMatch(its -> isOneDisk(mine, its)));
    }

    private static boolean isOneDisk(Volume mine, Volume its) {
        return both(
                        mine.getGcePersistentDisk(),
                        its.getGcePersistentDisk(),
                        (one, other) ->
                                Objects.equals(one.getPdName(), other.getPdName())
                                        && !areRead(one.getReadOnly(), other.getReadOnly()))
                || both(
                        mine.getAwsElasticBlockStore(),
                        its.getAwsElasticBlockStore(),
                        (one, other) -> Objects.equals(one.getVolumeID(), other.getVolumeID()))
                || both(
                        mine.getIscsi(),
                        its.getIscsi(),
                        (one, other) ->
                                Objects.equals(one.getIqn(), other.getIqn())
                                        && !areRead(one.getReadOnly(), other.getReadOnly()))
                || both(mine.getRbd(), its.getRbd(), VolumeRestrictions::isOneImage);
    }

    private static <T> boolean both(@Nullable T one, @Nullable T other, BiPredicate<T, T> same) {
        return one != null && other != null && same.test(one, other);
    }

    private static boolean isOneImage(RBDVolumeSource one, RBDVolumeSource other) {
        return !Collections.disjoint(
                        List.copyOf(one.getMonitors()), List.copyOf(other.getMonitors()))
                && Objects.equals(pool(one.getPool()), pool(other.getPool()))
                && Objects.equals(one.getImage(), other.getImage())
                && !areRead(one.getReadOnly(), other.getReadOnly());
    }

    private static String pool(@Nullable String pool) {
        return Objects.requireNonNullElse(pool, "rbd");
    }

    private static boolean areRead(@Nullable Boolean one, @Nullable Boolean other) {
        return Boolean.TRUE.equals(one) && Boolean.TRUE.equals(other);
    }
}
