package dev.glovebox.apiserver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.apiserver.auth.Grants;
import dev.glovebox.store.Store;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is granted by the store's roles and bindings, read anew whenever one of them has changed: a
/// request that comes after a change is judged by it.
final class StoredGrants implements Supplier<Grants> {
    private static final String PREFIX = "rbac.authorization.k8s.io/";

    private final Registry registry;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private Store.@Nullable EventStream changes;

    @GuardedBy("lock")
    private @Nullable Grants known;

    StoredGrants(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Grants get() {
        lock.lock();
        try {
            Grants current = known;
            if (changed() || current == null) {
                current = Grants.of(registry);
                known = current;
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /// The watch begins before the reading, so that what comes in between is read once more and not
    /// missed.
    @GuardedBy("lock")
    private boolean changed() {
        Store.EventStream open = changes;
        if (open == null) {
            changes = registry.store().watch(PREFIX, registry.store().revision());
            return true;
        }
        try {
            return !open.next(Duration.ZERO).isEmpty();
        } catch (Store.CompactedException e) {
            open.close();
            changes = null;
            return changed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
