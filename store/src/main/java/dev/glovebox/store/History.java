package dev.glovebox.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The last writes, one a revision, without a gap. Not safe for use by several threads: whoever
/// owns it guards it.
final class History {
    private final HistoryLimit limit;

    /// The event of revision r sits at r modulo the length.
    private final Store.@Nullable Event[] ring;

    /// Revision of the oldest event; `head + 1` when there is none.
    private long first;

    private long head;
    private long bytes;

    /// A history without events, of a store at revision `head`.
    History(HistoryLimit limit, long head) {
        this.limit = limit;
        this.ring = new Store.@Nullable Event[limit.events()];
        this.head = head;
        this.first = head + 1;
    }

    /// Revision of the last event.
    long head() {
        return head;
    }

    /// The oldest revision that a watch can start after.
    long oldest() {
        return first - 1;
    }

    /// Appends the event of the next revision, and forgets what is over the limit.
    void append(Store.Event event) {
        if (event.revision() != head + 1) {
            throw new IllegalArgumentException(
                    "revision " + event.revision() + " does not follow " + head);
        }
        if (head + 1 - first == ring.length) {
            forgetFirst();
        }
        head++;
        ring[slot(head)] = event;
        bytes += size(event);
        while (bytes > limit.bytes() && first < head) {
            forgetFirst();
        }
    }

    /// The event of a revision between `oldest() + 1` and `head()`.
    Store.Event at(long revision) {
        Store.Event event = ring[slot(revision)];
        if (event == null || event.revision() != revision) {
            throw new IllegalArgumentException(
                    "revision " + revision + " is not among " + first + " to " + head);
        }
        return event;
    }

    /// At most `max` events after `revision` whose key begins with `prefix`.
    List<Store.Event> after(long revision, String prefix, int max) {
        List<Store.Event> found = new ArrayList<>();
        for (long r = revision + 1; r <= head && found.size() < max; r++) {
            Store.Event event = at(r);
            if (event.key().startsWith(prefix)) {
                found.add(event);
            }
        }
        return found;
    }

    /// All events after `revision`.
    List<Store.Event> after(long revision) {
        return after(revision, "", Integer.MAX_VALUE);
    }

    private void forgetFirst() {
        bytes -= size(at(first));
        ring[slot(first)] = null;
        first++;
    }

    private int slot(long revision) {
        return Math.toIntExact(revision % ring.length);
    }

    private static long size(Store.Event event) {
        return switch (event) {
            case Store.Event.Put put ->
                    put.entry().value().length
                            + put.previous().map(entry -> (long) entry.value().length).orElse(0L);
            case Store.Event.Delete delete ->
                    delete.lastState().value().length + delete.previous().value().length;
        };
    }
}
