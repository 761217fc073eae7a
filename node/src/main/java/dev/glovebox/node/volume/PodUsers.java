package dev.glovebox.node.volume;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.OptionalLong;

/// As whom a pod's containers run, as far as its spec says.
final class PodUsers {
    private PodUsers() {}

    /// The group that owns the pod's volumes: `fsGroup`.
    static OptionalLong group(Pod pod) {
        var context = pod.getSpec().getSecurityContext();
        return context == null || context.getFsGroup() == null
                ? OptionalLong.empty()
                : OptionalLong.of(context.getFsGroup());
    }

    /// The user of all containers; empty where the spec does not say it of each, or not the same.
    static Optional<Long> only(Pod pod) {
        var context = pod.getSpec().getSecurityContext();
        Optional<Long> standard =
                Optional.ofNullable(context == null ? null : context.getRunAsUser());
        Optional<Long> only = Optional.empty();
        for (Container container : PodFacts.allContainers(pod)) {
            var own = container.getSecurityContext();
            Optional<Long> user =
                    Optional.ofNullable(own == null ? null : own.getRunAsUser()).or(() -> standard);
            if (user.isEmpty() || (only.isPresent() && !only.equals(user))) {
                return Optional.empty();
            }
            only = user;
        }
        return only;
    }
}
