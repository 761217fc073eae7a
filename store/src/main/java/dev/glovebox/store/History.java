package dev.glovebox.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The last writes, one a revision, without a gap. One thread at a time appends; any may read
/// meanwhile, and finds that an event is gone by what lies in its place.
final class History {
    private final HistoryLimit limit;

    /// The event of revision r sits at r modulo the length.
    private final AtomicReferenceArray<Store.@Nullable Event> ring;

    /// Revision of the oldest event; `head + 1` when there is none.
    private volatile long first;

    private volatile long head;
    private long bytes;

    /// A history without events, of a store at revision `head`.
    History(HistoryLimit limit, long head) {
        this.limit = limit;
        this.ring = new AtomicReferenceArray<>(limit.events());
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
        if (head + 1 - first == ring.length()) {
            forgetFirst();
        }
        ring.set(slot(head + 1), event);
        bytes += size(event);
        head = event.revision();
        while (bytes > limit.bytes() && first < head) {
            forgetFirst();
        }
    }

    /// At most `max` events after one revision and up to another whose key begins with `prefix`.
    ///
    /// @throws Store.CompactedException when the first of them is forgotten
    List<Store.Event> between(long after, long to, String prefix, int max) {
        List<Store.Event> found = new ArrayList<>();
        for (long r = after + 1; r <= to && found.size() < max; r++) {
            Store.Event event = ring.get(slot(r));
            if (event == null || event.revision() != r) {
                throw new Store.CompactedException(after, oldest());
            }
            if (event.key().startsWith(prefix)) {
                found.add(event);
            }
        }
        return found;
    }

    /// All events after `revision`.
    List<Store.Event> after(long revision) {
        return between(revision, head, "", Integer.MAX_VALUE);
    }

    private void forgetFirst() {
        long oldest = first;
        Store.Event event = ring.getAndSet(slot(oldest), null);
        bytes -= event == null ? 0 : size(event);
        first = oldest + 1;
    }

    private int slot(long revision) {
        return Math.toIntExact(revision % ring.length());
    }

    private static long size(Store.Event event) {
        return switch (event) {
            case Store.Event.Put put ->
                    put.entry().value().length
                            + put.previous().map(entry -> (long) entry.value().length).orElse(0L);
            case Store.Event.Delete delete ->
                    delete.lastState().value().length + delete.removed().value().length;
        };
    }
}
