package dev.glovebox.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What differs between two images, however many changes lay between them. An object that was
/// deleted and made again under its key counts as changed; its uid tells.
///
/// @param changed objects that are new or of another version, as they are now
/// @param removed objects that are gone, as they were
/// @param <T> the model of the objects
public record Delta<T extends HasMetadata>(Map<ObjectKey, T> changed, Map<ObjectKey, T> removed) {
    /// Copies the maps.
    public Delta {
        changed = Map.copyOf(changed);
        removed = Map.copyOf(removed);
    }

    /// The way from one image to a later one.
    public static <T extends HasMetadata> Delta<T> between(Image<T> before, Image<T> after) {
        Map<ObjectKey, T> changed = new HashMap<>();
        after.objects()
                .forEach((key, object) -> {
                    if (!isSameVersion(before.objects().get(key), object)) {
                        changed.put(key, object);
                    }
                });
        Map<ObjectKey, T> removed = new HashMap<>(before.objects());
        removed.keySet().removeAll(after.objects().keySet());
        return new Delta<>(changed, removed);
    }

    private static boolean isSameVersion(@Nullable HasMetadata before, HasMetadata after) {
        return before != null
                && Objects.equals(before.getMetadata().getUid(), after.getMetadata().getUid())
                && Objects.equals(
                        before.getMetadata().getResourceVersion(),
                        after.getMetadata().getResourceVersion());
    }
}
