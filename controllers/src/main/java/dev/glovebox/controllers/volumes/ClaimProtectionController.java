package dev.glovebox.controllers.volumes;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.stream.Stream;

/// Lets a PersistentVolumeClaim that is deleted go when no pod on a node uses it any more: what
/// kube-controller-manager's pvc-protection-controller does.
public final class ClaimProtectionController implements AutoCloseable {
    private static final String FINALIZER = "kubernetes.io/pvc-protection";

    private final Cluster cluster;
    private final Reflector<Pod> pods;
    private final ControlLoop<ObjectKey> loop;

    private ClaimProtectionController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.pods = settings.informers().of(Resource.PODS);
        Protection<PersistentVolumeClaim> protection =
                new Protection<>(cluster, Kinds.PERSISTENT_VOLUME_CLAIMS, FINALIZER, this::isUsed);
        Reflector<PersistentVolumeClaim> claims =
                settings.informers().of(Kinds.PERSISTENT_VOLUME_CLAIMS);
        this.loop =
                settings.<ObjectKey>loop("pvc-protection-controller")
                        .follow(
                                claims,
                                claim ->
                                        Stream.of(claim)
                                                .filter(protection::concerns)
                                                .map(ObjectKey::of))
                        .follow(
                                pods,
                                pod ->
                                        ClaimUse.claims(pod)
                                                .filter(key ->
                                                        claims.image()
                                                                .get(key)
                                                                .filter(protection::concerns)
                                                                .isPresent()))
                        .start(key -> {
                            protection.apply(key);
                            return new Outcome.Done();
                        });
    }

    /// Starts it.
    public static ClaimProtectionController start(LoopSettings settings) {
        return new ClaimProtectionController(settings);
    }

    @Override
    public void close() {
        loop.close();
    }

    /// That no pod is seen does not mean that there is none: the API itself is asked then.
    private boolean isUsed(PersistentVolumeClaim claim) {
        return isUsed(claim, pods.image().values()) || isUsed(claim, all(claim));
    }

    private Collection<Pod> all(PersistentVolumeClaim claim) {
        return cluster.list(Resource.PODS, Scope.namespace(claim.getMetadata().getNamespace()))
                .items();
    }

    private static boolean isUsed(PersistentVolumeClaim claim, Collection<Pod> pods) {
        return pods.stream().anyMatch(pod -> ClaimUse.uses(pod, claim));
    }
}
