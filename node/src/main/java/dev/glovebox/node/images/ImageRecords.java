package dev.glovebox.node.images;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is remembered of the node's images: when each was first seen and last used. An agent that
/// starts anew sees all of them for the first time. Pure.
///
/// @param records by the runtime's id
public record ImageRecords(Map<String, Seen> records) {
    /// Nothing is remembered.
    public static final ImageRecords NONE = new ImageRecords(Map.of());

    /// Copies.
    public ImageRecords {
        records = Map.copyOf(records);
    }

    /// One image's days.
    ///
    /// @param lastUsed [Instant#MIN] where it never was
    public record Seen(StoredImage image, Instant first, Instant lastUsed) {}

    /// After a look at what is there and what is used.
    ///
    /// @param inUse ids of images of containers that are there, running or not
    public ImageRecords seen(List<StoredImage> images, Set<String> inUse, Instant now) {
        Map<String, Seen> next = new HashMap<>();
        for (StoredImage image : images) {
            Seen before = records.get(image.id());
            Instant first = before == null ? now : before.first();
            Instant used = before == null ? Instant.MIN : before.lastUsed();
            next.put(image.id(), new Seen(image, first, inUse.contains(image.id()) ? now : used));
        }
        return new ImageRecords(next);
    }

    /// The images that may go, in the order in which they do: the one that was not used for the
    /// longest time first.
    public List<StoredImage> removable(Instant now, Duration minAge) {
        return records.values().stream()
                .filter(seen -> !seen.image().pinned())
                .filter(seen -> seen.lastUsed().isBefore(now))
                .filter(seen -> !seen.first().plus(minAge).isAfter(now))
                .sorted(
                        Comparator.comparing(Seen::lastUsed)
                                .thenComparing(Seen::first)
                                .thenComparing(seen -> seen.image().id()))
                .map(Seen::image)
                .toList();
    }
}
