package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;

/// Which volumes a pod's claims get when the pod goes to a node.
///
/// @param pairs claims, each with the volume that it gets
/// @param made claims whose volume a provisioner is to make
public record VolumePlan(List<Pair> pairs, List<PersistentVolumeClaim> made) {
    /// For a pod none of whose claims waits for a node.
    public static final VolumePlan NONE = new VolumePlan(List.of(), List.of());

    /// Copies the lists.
    public VolumePlan {
        pairs = List.copyOf(pairs);
        made = List.copyOf(made);
    }

    /// A claim and the volume that it gets.
    ///
    /// @param claim that has none yet
    /// @param volume that is nobody else's
    public record Pair(PersistentVolumeClaim claim, PersistentVolume volume) {}

    /// Whether nothing is to be done.
    public boolean isEmpty() {
        return pairs.isEmpty() && made.isEmpty();
    }
}
