package dev.glovebox.cluster;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// All objects of a scope as a [Reflector] knew them at one moment. Immutable.
///
/// @param generation counts the images of one reflector; 0 is the one before the first list
/// @param resourceVersion up to which the API's changes are in it
/// @param objects by key
/// @param <T> the model of the objects
public record Image<T>(long generation, String resourceVersion, Map<ObjectKey, T> objects) {
    /// Copies the map.
    public Image {
        Objects.requireNonNull(resourceVersion, "resourceVersion");
        objects = Map.copyOf(objects);
    }

    /// The image before anything was listed.
    public static <T> Image<T> unknown() {
        return new Image<>(0, "", Map.of());
    }

    /// Whether it shows the API at all: an image that was never listed is empty for want of
    /// knowledge.
    public boolean isSynced() {
        return generation > 0;
    }

    /// The object of that key.
    public Optional<T> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    /// All objects, in no order.
    public Collection<T> values() {
        return objects.values();
    }
}
