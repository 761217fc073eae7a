package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.TopologySelectorTerm;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Nodes must reach the volumes of a pod's claims, and have one for each claim that waits for a
/// node, or let a provisioner make it. Source: kube-scheduler's VolumeBinding; how much room
/// drivers say that they have (CSIStorageCapacity) is not asked.
final class VolumeBinding implements Filter {
    /// On a claim: the node for which its volume is to be made.
    static final String SELECTED = "volume.kubernetes.io/selected-node";

    private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    private final Storage storage;
    private final List<PersistentVolumeClaim> bound;
    private final List<PersistentVolumeClaim> late;

    VolumeBinding(Storage storage, PodClaims claims) {
        this.storage = storage;
        this.bound = claims.bound();
        this.late = claims.late();
    }

    @Override
    public Optional<Refusal> refuse(NodeState node) {
        List<String> reasons = new ArrayList<>();
        bound.stream()
                .flatMap(claim -> unreachable(claim, node).stream())
                .findFirst()
                .ifPresent(reasons::add);
        if (plan(node).isEmpty()) {
            reasons.add("node(s) didn't find available persistent volumes to bind");
        }
        return reasons.isEmpty() ? Optional.empty() : Optional.of(new Refusal(reasons, false));
    }

    private Optional<String> unreachable(PersistentVolumeClaim claim, NodeState node) {
        PersistentVolume volume = storage.volumes().get(claim.getSpec().getVolumeName());
        if (volume == null) {
            return Optional.of(
                    "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
        }
        return VolumeMatch.isReachable(volume, node.labels())
                ? Optional.empty()
                : Optional.of("node(s) didn't match PersistentVolume's node affinity");
    }

    /// What the pod's claims would get on a node; empty if one would get nothing. The smallest
    /// claim chooses first.
    Optional<VolumePlan> plan(NodeState node) {
        List<VolumePlan.Pair> pairs = new ArrayList<>();
        List<PersistentVolumeClaim> made = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (PersistentVolumeClaim claim : bySize()) {
            String selected = selected(claim);
            if (!selected.isEmpty() && !selected.equals(node.name())) {
                return Optional.empty();
            }
            Optional<PersistentVolume> volume =
                    selected.isEmpty()
                            ? new VolumeMatch(claim, node.labels())
                                    .among(storage.volumes().values(), taken)
                            : Optional.empty();
            volume.ifPresentOrElse(
                    found -> {
                        taken.add(found.getMetadata().getName());
                        pairs.add(new VolumePlan.Pair(claim, found));
                    },
                    () -> made.add(claim));
        }
        return made.stream().allMatch(claim -> canBeMade(claim, node))
                ? Optional.of(new VolumePlan(pairs, made))
                : Optional.empty();
    }

    /// The node for which a claim's volume is being made; empty if it is for none.
    static String selected(PersistentVolumeClaim claim) {
        Map<String, String> annotations = claim.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(SELECTED, "");
    }

    private List<PersistentVolumeClaim> bySize() {
        return late.stream().sorted(Comparator.comparing(VolumeMatch::size)).toList();
    }

    private boolean canBeMade(PersistentVolumeClaim claim, NodeState node) {
        StorageClass found = storage.classOf(claim);
        return found != null
                && found.getProvisioner() != null
                && !found.getProvisioner().isEmpty()
                && !found.getProvisioner().equals(NO_PROVISIONER)
                && isAllowed(found.getAllowedTopologies(), node.labels());
    }

    private static boolean isAllowed(List<TopologySelectorTerm> terms, Map<String, String> labels) {
        return terms.isEmpty()
                || terms.stream()
                        .map(TopologySelectorTerm::getMatchLabelExpressions)
                        .filter(wanted -> !wanted.isEmpty())
                        .anyMatch(wanted ->
                                wanted.stream()
                                        .allMatch(each ->
                                                labels.containsKey(each.getKey())
                                                        && each.getValues()
                                                                .contains(
                                                                        labels.get(
                                                                                each.getKey()))));
    }
}
