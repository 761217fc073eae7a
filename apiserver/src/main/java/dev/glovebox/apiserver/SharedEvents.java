package dev.glovebox.apiserver;

import dev.glovebox.store.Store;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The latest events as watches see them, so that an event is read and encoded once, however many
/// watch. Bounded: an event takes the place of the one so many revisions before it, and the large
/// ones are not kept. Safe for use by any thread.
final class SharedEvents {
    private static final int KEPT = 256;

    /// Most bytes of an object whose events are kept.
    private static final int LARGE = 8 << 10;

    private final Registry registry;
    private final AtomicReferenceArray<SharedEvent> latest = new AtomicReferenceArray<>(KEPT);

    SharedEvents(Registry registry) {
        this.registry = registry;
    }

    /// The event as watches of the route's kind and version see it.
    SharedEvent of(Route route, Store.Event event) {
        int place = Math.floorMod(event.revision(), KEPT);
        SharedEvent kept = latest.get(place);
        if (kept != null && kept.isOf(route, event)) {
            return kept;
        }
        SharedEvent fresh = new SharedEvent(registry, route, event);
        if (fresh.size() <= LARGE) {
            latest.set(place, fresh);
        }
        return fresh;
    }
}
