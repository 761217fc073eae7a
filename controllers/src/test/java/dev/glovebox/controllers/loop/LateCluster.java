package dev.glovebox.controllers.loop;

import dev.glovebox.cluster.Change;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Listing;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.PodToken;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.Watch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// A cluster whose watches tell everything late.
public record LateCluster(Cluster inner, Duration delay) implements Cluster {
    private record LateWatch<T>(Watch<T> inner, Duration delay) implements Watch<T> {
        @Override
        public Optional<Change<T>> next(Duration patience) throws InterruptedException {
            Optional<Change<T>> next = inner.next(patience);
            if (next.isPresent()) {
                LockSupport.parkNanos(delay.toNanos());
            }
            return next;
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @Override
    public <T extends HasMetadata> Watch<T> watch(
            Resource<T> resource, Scope scope, String resourceVersion) {
        return new LateWatch<>(inner.watch(resource, scope, resourceVersion), delay);
    }

    @Override
    public <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key) {
        return inner.get(resource, key);
    }

    @Override
    public <T extends HasMetadata> Listing<T> list(Resource<T> resource, Scope scope) {
        return inner.list(resource, scope);
    }

    @Override
    public <T extends HasMetadata> T create(Resource<T> resource, T object) {
        return inner.create(resource, object);
    }

    @Override
    public <T extends HasMetadata> T update(Resource<T> resource, T object) {
        return inner.update(resource, object);
    }

    @Override
    public <T extends HasMetadata> T updateSubresource(
            Resource<T> resource, T object, String subresource) {
        return inner.updateSubresource(resource, object, subresource);
    }

    @Override
    public <T extends HasMetadata> T patch(
            Resource<T> resource, ObjectKey key, Patch patch, String subresource) {
        return inner.patch(resource, key, patch, subresource);
    }

    @Override
    public void bind(ObjectKey pod, String uid, String node) {
        inner.bind(pod, uid, node);
    }

    @Override
    public PodToken requestToken(PodToken.Wanted wanted) {
        return inner.requestToken(wanted);
    }

    @Override
    public void delete(Resource<?> resource, ObjectKey key, DeleteOptions options) {
        inner.delete(resource, key, options);
    }
}
