package dev.glovebox.controllers.replicas;

import dev.glovebox.controllers.loop.Owner;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.util.Objects;

/// How many pods of which kind somebody wants.
///
/// @param group whose pods should not gather on one node with these, by uid: the Deployment of a
///   ReplicaSet; the owner's own uid for one that stands alone
/// @param count how many
/// @param minReady how long a pod is ready before it counts as available
/// @param generation of the spec that says all this
record Replicas(
        Owner owner,
        String group,
        int count,
        Duration minReady,
        PodTemplateSpec template,
        long generation) {
    Replicas {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(minReady, "minReady");
        Objects.requireNonNull(template, "template");
    }
}
