package dev.glovebox.store.sqlite;

import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import dev.glovebox.store.Store.CompactedException;
import dev.glovebox.store.Store.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// All objects of a store at one revision, taken while others write.
///
/// @param last the write that made that revision; empty for a store without any
record Snapshot(List<Entry> entries, Optional<Event> last) {
    Snapshot {
        entries = List.copyOf(entries);
    }

    static Snapshot of(Store store) throws InterruptedException {
        while (true) {
            try {
                return take(store);
            } catch (CompactedException e) {
                // So much was written in between that the last write is forgotten: the next try
                // begins at a newer one.
                Thread.onSpinWait();
            }
        }
    }

    private static Snapshot take(Store store) throws InterruptedException {
        long before = store.revision() - 1;
        try (Store.EventStream writes = store.watch("", Math.max(1, before))) {
            Store.Slice all = store.list("", "", 0);
            while (true) {
                List<Event> events = writes.next(Duration.ZERO);
                if (events.isEmpty()) {
                    return new Snapshot(all.entries(), Optional.empty());
                }
                Optional<Event> last =
                        events.stream().filter(e -> e.revision() == all.revision()).findFirst();
                if (last.isPresent()) {
                    return new Snapshot(all.entries(), last);
                }
            }
        }
    }
}
