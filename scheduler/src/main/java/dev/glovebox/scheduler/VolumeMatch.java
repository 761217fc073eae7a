package dev.glovebox.scheduler;

import dev.glovebox.cluster.Selectors;
import dev.glovebox.placement.NodeMatch;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The volume that a claim would get on a node: one that is meant for it, else the smallest that
/// will do, of equals the first by name. Source: `FindMatchingVolume` of Kubernetes'
/// component-helpers, as the scheduler calls it.
final class VolumeMatch {
    private static final String STORAGE = "storage";

    private final PersistentVolumeClaim claim;
    private final Map<String, String> node;

    /// @param node labels of the node
    VolumeMatch(PersistentVolumeClaim claim, Map<String, String> node) {
        this.claim = claim;
        this.node = node;
    }

    /// @param taken names of volumes that other claims of the pod get
    Optional<PersistentVolume> among(Collection<PersistentVolume> all, Set<String> taken) {
        var possible =
                all.stream()
                        .filter(volume -> !taken.contains(volume.getMetadata().getName()))
                        .filter(this::isPossible)
                        .toList();
        Optional<PersistentVolume> meant =
                possible.stream().filter(volume -> isMeant(volume, claim)).findFirst();
        return meant.isPresent()
                ? meant.filter(volume -> isReachable(volume, node))
                : possible.stream()
                        .filter(this::isFree)
                        .filter(volume -> isReachable(volume, node))
                        .min(
                                Comparator.comparing(VolumeMatch::capacity)
                                        .thenComparing(each -> each.getMetadata().getName()));
    }

    /// Whether a volume's own affinity lets a node with those labels have it.
    static boolean isReachable(PersistentVolume volume, Map<String, String> node) {
        var affinity = volume.getSpec().getNodeAffinity();
        return affinity == null
                || affinity.getRequired() == null
                || NodeMatch.matches(affinity.getRequired(), node);
    }

    /// Whether a volume is there for that claim and no other.
    static boolean isMeant(PersistentVolume volume, PersistentVolumeClaim claim) {
        ObjectReference reference = volume.getSpec().getClaimRef();
        return reference != null
                && Objects.equals(reference.getName(), claim.getMetadata().getName())
                && Objects.equals(reference.getNamespace(), claim.getMetadata().getNamespace())
                && (given(reference.getUid()).isEmpty()
                        || reference.getUid().equals(claim.getMetadata().getUid()));
    }

    /// How much a claim asks for, in bytes.
    static BigDecimal size(PersistentVolumeClaim claim) {
        var resources = claim.getSpec().getResources();
        return bytes(resources == null ? null : resources.getRequests());
    }

    private static BigDecimal capacity(PersistentVolume volume) {
        return bytes(volume.getSpec().getCapacity());
    }

    private static BigDecimal bytes(@Nullable Map<String, Quantity> amounts) {
        Quantity amount = amounts == null ? null : amounts.get(STORAGE);
        return amount == null ? BigDecimal.ZERO : amount.getNumericalAmount();
    }

    private boolean isPossible(PersistentVolume volume) {
        var wanted = claim.getSpec();
        var offered = volume.getSpec();
        return Storage.className(volume).equals(Storage.className(claim))
                && (offered.getClaimRef() == null || isMeant(volume, claim))
                && capacity(volume).compareTo(size(claim)) >= 0
                && mode(wanted.getVolumeMode()).equals(mode(offered.getVolumeMode()))
                && given(wanted.getVolumeAttributesClassName())
                        .equals(given(offered.getVolumeAttributesClassName()))
                && volume.getMetadata().getDeletionTimestamp() == null;
    }

    private boolean isFree(PersistentVolume volume) {
        return volume.getStatus() != null
                && "Available".equals(volume.getStatus().getPhase())
                && (claim.getSpec().getSelector() == null
                        || Selectors.of(claim.getSpec().getSelector()).test(volume))
                && new HashSet<>(volume.getSpec().getAccessModes())
                        .containsAll(claim.getSpec().getAccessModes());
    }

    private static String mode(@Nullable String mode) {
        return Objects.requireNonNullElse(mode, "Filesystem");
    }

    private static String given(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
