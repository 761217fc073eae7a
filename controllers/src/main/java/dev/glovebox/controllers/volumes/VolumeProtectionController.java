package dev.glovebox.controllers.volumes;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.stream.Stream;

/// Lets a PersistentVolume that is deleted go when it is bound to no claim any more, by its phase:
/// what kube-controller-manager's pv-protection-controller does.
public final class VolumeProtectionController implements AutoCloseable {
    private static final String FINALIZER = "kubernetes.io/pv-protection";

    private final ControlLoop<ObjectKey> loop;

    private VolumeProtectionController(LoopSettings settings) {
        Protection<PersistentVolume> protection =
                new Protection<>(
                        settings.cluster(),
                        Kinds.PERSISTENT_VOLUMES,
                        FINALIZER,
                        VolumeProtectionController::isBound);
        this.loop =
                settings.<ObjectKey>loop("pv-protection-controller")
                        .follow(
                                settings.informers().of(Kinds.PERSISTENT_VOLUMES),
                                volume ->
                                        Stream.of(volume)
                                                .filter(protection::concerns)
                                                .map(ObjectKey::of))
                        .start(key -> {
                            protection.apply(key);
                            return new Outcome.Done();
                        });
    }

    /// Starts it.
    public static VolumeProtectionController start(LoopSettings settings) {
        return new VolumeProtectionController(settings);
    }

    private static boolean isBound(PersistentVolume volume) {
        return volume.getStatus() != null && "Bound".equals(volume.getStatus().getPhase());
    }

    @Override
    public void close() {
        loop.close();
    }
}
