package dev.glovebox.controllers.loop;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Delta;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.WorkQueue;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The wiring of a controller: changes of what it follows become keys of a queue, and workers hand
/// them to its [Reconciler], once everything that it follows has been listed.
///
/// Concurrency: one virtual thread for each image that is followed, and the workers; they share the
/// queue alone.
///
/// @param <K> what names a piece of work
public final class ControlLoop<K> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(5);
    private static final int WORKERS = 4;

    private final String name;
    private final WorkQueue<K> queue;
    private final List<Following<K, ?>> followings;
    private final List<Thread> threads = new ArrayList<>();

    private volatile boolean closed;

    private record Following<K, T extends HasMetadata>(
            Reflector<T> source, Function<T, Stream<K>> keys) {
        void add(Image<T> before, Image<T> after, WorkQueue<K> queue) {
            Delta<T> delta = Delta.between(before, after);
            for (Map.Entry<ObjectKey, T> changed : delta.changed().entrySet()) {
                Stream.concat(before.get(changed.getKey()).stream(), Stream.of(changed.getValue()))
                        .flatMap(keys)
                        .forEach(queue::add);
            }
            delta.removed().values().stream().flatMap(keys).forEach(queue::add);
        }

        Image<T> await(long generation) throws InterruptedException {
            return source.awaitAfter(generation, PATIENCE);
        }
    }

    private ControlLoop(Builder<K> builder) {
        this.name = builder.name;
        this.queue = builder.queue;
        this.followings = List.copyOf(builder.followings);
    }

    /// A controller that follows nothing yet.
    ///
    /// @param name as Kubernetes names it, for example `deployment-controller`
    /// @param backoff between attempts that fail
    public static <K> Builder<K> named(String name, Clock clock, Backoff backoff) {
        return new Builder<>(name, new WorkQueue<>(clock, backoff));
    }

    /// What a controller follows.
    ///
    /// @param <K> what names a piece of work
    public static final class Builder<K> {
        private final String name;
        private final WorkQueue<K> queue;
        private final List<Following<K, ?>> followings = new ArrayList<>();

        private Builder(String name, WorkQueue<K> queue) {
            this.name = name;
            this.queue = queue;
        }

        /// Follows a resource.
        ///
        /// @param keys what an object concerns; asked about each state of an object that changes,
        ///   the one before and the one after
        public <T extends HasMetadata> Builder<K> follow(
                Reflector<T> source, Function<T, Stream<K>> keys) {
            followings.add(new Following<>(source, keys));
            return this;
        }

        /// Begins to work.
        public ControlLoop<K> start(Reconciler<K> reconciler) {
            ControlLoop<K> loop = new ControlLoop<>(this);
            loop.run(reconciler);
            return loop;
        }
    }

    private interface Body {
        void run() throws InterruptedException;
    }

    private void run(Reconciler<K> reconciler) {
        followings.forEach(following -> spawn(() -> follow(following)));
        for (int i = 0; i < WORKERS; i++) {
            spawn(() -> work(reconciler));
        }
    }

    private void spawn(Body body) {
        threads.add(
                Thread.ofVirtual()
                        .name(name)
                        .start(() -> {
                            try {
                                body.run();
                            } catch (InterruptedException e) {
                                LOG.atDebug().addKeyValue("controller", name).log("Loop ends");
                            }
                        }));
    }

    private <T extends HasMetadata> void follow(Following<K, T> following)
            throws InterruptedException {
        Image<T> known = Image.unknown();
        while (!closed) {
            Image<T> next = following.await(known.generation());
            following.add(known, next, queue);
            known = next;
        }
    }

    private void work(Reconciler<K> reconciler) throws InterruptedException {
        for (Following<K, ?> following : followings) {
            while (!closed && !following.await(0).isSynced()) {
                LOG.atDebug().addKeyValue("controller", name).log("Still waiting for a list");
            }
        }
        while (!closed) {
            Optional<K> key = queue.take(PATIENCE);
            if (key.isPresent()) {
                queue.finish(key.get(), attempt(reconciler, key.get()));
            }
        }
    }

    private Outcome attempt(Reconciler<K> reconciler, K key) {
        try {
            return reconciler.reconcile(key);
        } catch (ApiException e) {
            boolean overtaken =
                    e.reason() == StatusReason.CONFLICT || e.reason() == StatusReason.NOT_FOUND;
            (overtaken ? LOG.atDebug() : LOG.atWarn())
                    .addKeyValue("controller", name)
                    .addKeyValue("key", key)
                    .setCause(e)
                    .log("Attempt failed; trying again later");
            return new Outcome.Failed();
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("controller", name)
                    .addKeyValue("key", key)
                    .setCause(e)
                    .log("Attempt failed by a fault of ours; trying again later");
            return new Outcome.Failed();
        }
    }

    /// Stops, and waits a little for what is being done right now; what was done stays done.
    @Override
    public void close() {
        closed = true;
        queue.close();
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                if (!thread.join(LAST_PATIENCE)) {
                    LOG.atWarn().addKeyValue("controller", name).log("A worker does not end");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
