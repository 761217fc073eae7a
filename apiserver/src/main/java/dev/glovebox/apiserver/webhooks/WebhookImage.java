package dev.glovebox.apiserver.webhooks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The webhooks as the store has them, compiled once for each change of a configuration: a request
/// that comes after a change is judged by it, and one that finds no change reads two fields. Safe
/// for use by any thread.
///
/// Concurrency: `known` tells up to which change it was read. `lock` lets one thread at a time
/// read; no other lock is taken under it but the store's own.
final class WebhookImage {
    private final ObjectLookup objects;
    private final WebhookChanges changes;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Known known;

    private record Known(long changes, Webhooks webhooks) {}

    WebhookImage(ObjectLookup objects, WebhookChanges changes) {
        this.objects = objects;
        this.changes = changes;
    }

    Webhooks get() {
        Known current = known;
        return current != null && current.changes() == changes.count()
                ? current.webhooks()
                : read();
    }

    private Webhooks read() {
        lock.lock();
        try {
            return reread();
        } finally {
            lock.unlock();
        }
    }

    /// The count is taken before the reading: what is written in between is read once more.
    @GuardedBy("lock")
    private Webhooks reread() {
        long now = changes.count();
        Known current = known;
        if (current != null && current.changes() == now) {
            return current.webhooks();
        }
        Webhooks webhooks = Webhooks.of(objects);
        known = new Known(now, webhooks);
        return webhooks;
    }
}
