package dev.glovebox.controllers.loop;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Images of whole resources, one of each however many controllers look at it. Safe for use by any
/// thread; `lock` guards everything.
public final class Informers implements AutoCloseable {
    private final Cluster cluster;
    private final Backoff backoff;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Resource<?>, Reflector<?>> reflectors = new LinkedHashMap<>();

    /// Without images for now.
    ///
    /// @param cluster the API as an identity sees it that may list and watch
    /// @param backoff between attempts while the API fails
    public Informers(Cluster cluster, Backoff backoff) {
        this.cluster = cluster;
        this.backoff = backoff;
    }

    /// Keeps an image of a resource from now on; whoever asks does not close it.
    @SuppressWarnings("unchecked") // the map has for each resource a reflector of it
    public <T extends HasMetadata> Reflector<T> of(Resource<T> resource) {
        lock.lock();
        try {
            return (Reflector<T>)
                    reflectors.computeIfAbsent(
                            resource,
                            absent -> Reflector.start(cluster, resource, Scope.ALL, backoff));
        } finally {
            lock.unlock();
        }
    }

    /// Ends all watches.
    @Override
    public void close() {
        lock.lock();
        try {
            reflectors.values().forEach(Reflector::close);
        } finally {
            lock.unlock();
        }
    }
}
