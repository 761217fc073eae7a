package dev.glovebox.containerd.image;

import dev.glovebox.containerd.ContentStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What has arrived of an image since a pull began, and when the last of it came. Blobs that others
/// fetch meanwhile are counted too: nobody can tell whose they are. One thread.
final class Arrivals {
    private final Map<String, ContentStore.Arriving> known = new HashMap<>();
    private List<ContentStore.Arriving> before = List.of();
    private Instant changed;

    Arrivals(Instant begin) {
        this.changed = begin;
    }

    /// What is being written now. What was before and is no more has arrived.
    void look(List<ContentStore.Arriving> now, Instant time) {
        if (!now.equals(before)) {
            changed = time;
            before = now;
        }
        known.replaceAll(
                (_, each) -> new ContentStore.Arriving(each.ref(), each.total(), each.total()));
        now.forEach(each -> known.put(each.ref(), each));
    }

    /// How far that is.
    ImageStore.Progress progress() {
        return new ImageStore.Progress(
                known.values().stream().mapToLong(ContentStore.Arriving::offset).sum(),
                known.values().stream()
                        .mapToLong(each -> Math.max(each.total(), each.offset()))
                        .sum());
    }

    /// Whether nothing came for so long although something is missing. What arrived whole may be
    /// unpacked for as long as that takes.
    boolean stalled(Instant now, Duration patience) {
        boolean missing = known.isEmpty() || !before.isEmpty();
        return missing && Duration.between(changed, now).compareTo(patience) >= 0;
    }
}
