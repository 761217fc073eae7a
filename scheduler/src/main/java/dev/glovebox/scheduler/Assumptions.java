package dev.glovebox.scheduler;

import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/// What the scheduler has done to pods and the image of the API does not show yet. Used by one
/// thread.
final class Assumptions {
    private record Assumption(Pod pod, Predicate<Pod> shown) {}

    /// By uid.
    private final Map<String, Assumption> assumed = new HashMap<>();

    /// Remembers a pod as it is now.
    ///
    /// @param shown whether an image of it shows what was done
    void add(Pod pod, Predicate<Pod> shown) {
        assumed.put(pod.getMetadata().getUid(), new Assumption(pod, shown));
    }

    /// The pods of an image as they are now. What the image shows is forgotten, and so are pods
    /// that have gone.
    List<Pod> applyTo(Image<Pod> image) {
        assumed.values()
                .removeIf(each ->
                        image.get(ObjectKey.of(each.pod()))
                                .filter(now -> isSame(now, each.pod()))
                                .map(each.shown()::test)
                                .orElse(true));
        List<Pod> pods = new ArrayList<>();
        image.values().forEach(pod -> pods.add(latest(pod)));
        return pods;
    }

    /// The pod of that key as it is now.
    Optional<Pod> get(Image<Pod> image, ObjectKey key) {
        return image.get(key).map(this::latest);
    }

    private Pod latest(Pod pod) {
        Assumption assumption = assumed.get(pod.getMetadata().getUid());
        return assumption == null ? pod : assumption.pod();
    }

    private static boolean isSame(Pod one, Pod other) {
        return Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid());
    }
}
