package dev.glovebox.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Change;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.Watch;
import dev.glovebox.model.ApiException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/// A watch over what happens in [FakeObjects].
final class FakeWatch<T extends HasMetadata> implements Watch<T> {
    private final FakeObjects objects;
    private final Resource<T> resource;
    private final Scope scope;

    /// The reader's own.
    private long position;

    private volatile boolean closed;
    private final AtomicReference<Optional<ApiException>> failure =
            new AtomicReference<>(Optional.empty());

    FakeWatch(FakeObjects objects, Resource<T> resource, Scope scope, long position) {
        this.objects = objects;
        this.resource = resource;
        this.scope = scope;
        this.position = position;
    }

    @Override
    public Optional<Change<T>> next(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            var happenings = objects.awaitAfter(position, left, this::isOver);
            if (failure.get().isPresent()) {
                throw failure.get().get();
            }
            if (closed) {
                return Optional.empty();
            }
            for (FakeObjects.Happening happening : happenings) {
                position = happening.revision();
                Optional<Change<T>> change = change(happening);
                if (change.isPresent()) {
                    return change;
                }
            }
            if (left.isNegative()) {
                return Optional.empty();
            }
        }
    }

    private Optional<Change<T>> change(FakeObjects.Happening happening) {
        if (!happening.plural().equals(resource.plural())) {
            return Optional.empty();
        }
        Predicate<ObjectNode> inScope = tree -> Selectors.matches(scope, tree);
        boolean before = happening.before().filter(inScope).isPresent();
        Optional<ObjectNode> after = happening.after().filter(inScope);
        if (after.isPresent()) {
            T object = FakeCluster.typed(resource, after.get());
            return Optional.of(before ? new Change.Modified<>(object) : new Change.Added<>(object));
        }
        return before
                ? happening
                        .after()
                        .or(happening::before)
                        .map(tree -> new Change.Deleted<>(FakeCluster.typed(resource, tree)))
                : Optional.empty();
    }

    private boolean isOver() {
        return closed || failure.get().isPresent();
    }

    void fail(ApiException refusal) {
        failure.set(Optional.of(refusal));
        objects.wake();
    }

    @Override
    public void close() {
        closed = true;
        objects.wake();
    }
}
