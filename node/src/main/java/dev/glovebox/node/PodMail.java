package dev.glovebox.node;

import dev.glovebox.node.pod.ImageState;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;

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

    /// Something may have changed: look.
    record Look() implements PodMail {}

    /// What the API fills in the pod's volumes may have changed.
    record Refresh() implements PodMail {}
}
