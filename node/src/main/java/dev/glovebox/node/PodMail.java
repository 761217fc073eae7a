package dev.glovebox.node;

import dev.glovebox.node.pod.Eviction;
import dev.glovebox.node.pod.ImageState;
import dev.glovebox.node.pod.ProbeKind;
import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Optional;

/// What a pod's worker is told.
sealed interface PodMail {
    /// The pod as the API has it now; the latest wins.
    record Spec(Pod pod) implements PodMail {}

    /// The pod's API object is gone.
    record Gone() implements PodMail {}

    /// A first process ended.
    record Exited(String containerId, int exitCode, Instant at) implements PodMail {}

    /// An image came, or did not.
    record Image(String container, ImageState state) implements PodMail {}

    /// A container that was told to end could not be told.
    record StopFailed(String containerId) implements PodMail {}

    /// A postStart hook came to its end.
    ///
    /// @param name the container's name in the pod
    /// @param failure empty where it went well
    record PostStarted(String containerId, String name, Optional<String> failure)
            implements PodMail {}

    /// A preStop hook came to its end, well or not.
    record PreStopped(String containerId) implements PodMail {}

    /// A probe came to say something else than before.
    record Probed(String containerId, ProbeKind kind, boolean passed) implements PodMail {}

    /// It has to leave the node, or may not begin.
    record Evict(Eviction eviction) implements PodMail {}

    /// The node runs out of disk: where the pod has ended, its dead containers and its logs are to
    /// go before it is deleted.
    record Clear() implements PodMail {}

    /// Something may have changed: look.
    record Look() implements PodMail {}

    /// What the API fills in the pod's volumes may have changed.
    ///
    /// @param objects of the API as they are now, read once for all pods
    record Refresh(PodObjects objects) implements PodMail {}
}
