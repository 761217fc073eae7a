package dev.glovebox.controllers.loop;

import dev.glovebox.cluster.Image;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// Writes that an image must show before somebody plans by it again: who created a pod and does not
/// see it yet would create another. An image that is as new as a write shows it, whatever became of
/// the object since. Safe for use by any thread; who asks whether a key's writes are shown does not
/// write for it meanwhile.
///
/// @param <K> for whom was written
public final class Pending<K> {
    private final Map<K, Writes> pending = new ConcurrentHashMap<>();

    /// @param newest greatest `resourceVersion` that was written; empty for none
    /// @param deleted uids whose deletion was asked for
    private record Writes(String newest, Set<String> deleted) {
        static final Writes NONE = new Writes("", Set.of());

        Writes wrote(String version) {
            return isNewer(version, newest) ? new Writes(version, deleted) : this;
        }

        Writes without(String uid) {
            Set<String> more = new HashSet<>(deleted);
            more.add(uid);
            return new Writes(newest, Set.copyOf(more));
        }

        boolean in(Image<? extends HasMetadata> image) {
            return !isNewer(newest, image.resourceVersion())
                    && image.values().stream()
                            .noneMatch(object ->
                                    object.getMetadata().getDeletionTimestamp() == null
                                            && deleted.contains(object.getMetadata().getUid()));
        }
    }

    /// An object was created or changed, and this is what the API answered.
    public void wrote(K key, HasMetadata object) {
        change(key, writes -> writes.wrote(object.getMetadata().getResourceVersion()));
    }

    /// The deletion of an object was asked for.
    public void deleted(K key, String uid) {
        change(key, writes -> writes.without(uid));
    }

    private void change(K key, UnaryOperator<Writes> change) {
        pending.compute(key, (any, known) -> change.apply(known == null ? Writes.NONE : known));
    }

    /// Whether an image shows all that was written for a key; what it shows is forgotten.
    public boolean isIn(Image<? extends HasMetadata> image, K key) {
        Writes writes = pending.get(key);
        if (writes == null) {
            return true;
        }
        boolean shown = writes.in(image);
        if (shown) {
            pending.remove(key);
        }
        return shown;
    }

    /// Forgets a key that is gone.
    public void forget(K key) {
        pending.remove(key);
    }

    /// Compares versions as numbers of any length. Source: apimachinery's
    /// `resourceversion.CompareResourceVersion`.
    private static boolean isNewer(String one, String other) {
        return one.length() != other.length()
                ? one.length() > other.length()
                : one.compareTo(other) > 0;
    }
}
