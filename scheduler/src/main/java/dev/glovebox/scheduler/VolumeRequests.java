package dev.glovebox.scheduler;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Objects;

/// Asks those who bind and make volumes to do so for a node: a volume is given to its claim, and a
/// claim is marked with the node for which its volume is to be made. Who binds them is somebody
/// else: in Kubernetes a controller, here nobody. Source: kube-scheduler's VolumeBinding, KEP-490.
final class VolumeRequests {
    private static final String GIVEN = "pv.kubernetes.io/bound-by-controller";

    private final Cluster cluster;

    VolumeRequests(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Asks for what was not asked for before.
    ///
    /// @throws dev.glovebox.model.ApiException when a volume or a claim has changed meanwhile
    void carryOut(Placement.Waiting plan) {
        plan.volumes().pairs().stream()
                .filter(pair -> !isGiven(pair.volume(), pair.claim()))
                .forEach(pair -> give(pair.volume(), pair.claim()));
        plan.volumes().made().stream()
                .filter(claim -> VolumeBinding.selected(claim).isEmpty())
                .forEach(claim -> select(claim, plan.node()));
    }

    /// For what a pod waits, in words of ours: kube-scheduler says nothing for ten minutes.
    static String told(Placement.Waiting plan) {
        return plan.volumes().pairs().stream()
                .map(pair ->
                        "waiting for persistentvolumeclaim \"%s\" to be bound to persistentvolume \"%s\""
                                .formatted(name(pair.claim()), name(pair.volume())))
                .findFirst()
                .orElseGet(() ->
                        "waiting for a volume to be provisioned on node \"%s\" for persistentvolumeclaim \"%s\""
                                .formatted(plan.node(), name(plan.volumes().made().getFirst())));
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    private static boolean isGiven(PersistentVolume volume, PersistentVolumeClaim claim) {
        return volume.getSpec().getClaimRef() != null
                && Objects.equals(
                        volume.getSpec().getClaimRef().getUid(), claim.getMetadata().getUid());
    }

    private void give(PersistentVolume volume, PersistentVolumeClaim claim) {
        ObjectNode change = unchanged(volume);
        // One that its administrator meant for the claim is not marked as chosen by a controller.
        if (!VolumeMatch.isMeant(volume, claim)) {
            change.withObject("/metadata/annotations").put(GIVEN, "yes");
        }
        change.withObject("/spec/claimRef")
                .put("apiVersion", "v1")
                .put("kind", "PersistentVolumeClaim")
                .put("namespace", claim.getMetadata().getNamespace())
                .put("name", name(claim))
                .put("uid", claim.getMetadata().getUid())
                .put("resourceVersion", claim.getMetadata().getResourceVersion());
        patch(Known.VOLUMES, volume, change);
    }

    private void select(PersistentVolumeClaim claim, String node) {
        ObjectNode change = unchanged(claim);
        change.withObject("/metadata/annotations").put(VolumeBinding.SELECTED, node);
        patch(Known.CLAIMS, claim, change);
    }

    /// A change to the very object that was seen.
    private static ObjectNode unchanged(HasMetadata object) {
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        change.withObject("/metadata")
                .put("uid", object.getMetadata().getUid())
                .put("resourceVersion", object.getMetadata().getResourceVersion());
        return change;
    }

    private <T extends HasMetadata> void patch(Resource<T> resource, T object, ObjectNode change) {
        cluster.patch(resource, ObjectKey.of(object), Patch.merge(change), "");
    }
}
