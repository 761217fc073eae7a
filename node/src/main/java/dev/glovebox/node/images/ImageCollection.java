package dev.glovebox.node.images;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Removes images that nobody uses. One that cannot be removed costs no other its turn. One thread.
public final class ImageCollection {
    private static final int WHOLE = 100;

    private final Store store;
    private final ImageLimits limits;
    private final Clock clock;
    private ImageRecords records = ImageRecords.NONE;

    /// The node's images, as its runtime has them.
    ///
    /// @param images all of them
    /// @param inUse ids of those that a container has, running or not
    /// @param remove removes one by its id; whether it is gone
    public record Store(
            Supplier<List<StoredImage>> images,
            Supplier<Set<String>> inUse,
            Predicate<String> remove) {}

    /// Remembers nothing yet.
    public ImageCollection(Store store, ImageLimits limits, Clock clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /// Takes note of what is there and in use; nothing is removed.
    public void look() {
        records = records.seen(store.images().get(), store.inUse().get(), clock.instant());
    }

    /// Removes images until the disk is down to the low threshold, where it is above the high one.
    ///
    /// @param available bytes free on the disk that images lie on
    /// @param capacity bytes of it
    /// @return what did not work out, in the kubelet's words; empty where nothing was to be done or
    ///   enough was
    public Optional<String> holdToThresholds(long available, long capacity) {
        look();
        long used = capacity == 0 ? 0 : WHOLE - available * WHOLE / capacity;
        if (used < limits.high()) {
            return Optional.empty();
        }
        long wanted = capacity * (WHOLE - limits.low()) / WHOLE - available;
        long freed = remove(wanted);
        return freed >= wanted
                ? Optional.empty()
                : Optional.of(
                        "Failed to garbage collect required amount of images. Attempted to free %d bytes, but only found %d bytes eligible to free."
                                .formatted(wanted, freed));
    }

    /// Removes every image that may go; answers with their bytes.
    public long removeUnused() {
        look();
        return remove(Long.MAX_VALUE);
    }

    private long remove(long wanted) {
        Instant now = clock.instant();
        long freed = 0;
        for (StoredImage image : records.removable(now, limits.minAge())) {
            if (freed >= wanted) {
                break;
            }
            // Somebody may have begun to use it since.
            if (!store.inUse().get().contains(image.id()) && store.remove().test(image.id())) {
                freed += image.bytes();
            }
        }
        return freed;
    }
}
