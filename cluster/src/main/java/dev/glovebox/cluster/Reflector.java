package dev.glovebox.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps an [Image] of a scope: lists it and watches it. Where a watch came to the end that servers
/// set to it, the next goes on from there; where it broke off otherwise, it is listed again. While
/// the API cannot be reached the image stays what it was.
///
/// Concurrency: one virtual thread lists and watches; it alone replaces the image, under `lock`,
/// and wakes whoever waits. Images are immutable and need no lock.
///
/// @param <T> the model of the objects
public final class Reflector<T extends HasMetadata> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);

    /// How long one read of the watch waits; nothing depends on it.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final Resource<T> resource;
    private final Scope scope;
    private final Backoff backoff;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    @GuardedBy("lock")
    private Image<T> image = Image.unknown();

    @GuardedBy("lock")
    private boolean closed;

    /// Failures since the last success; the thread's own.
    private int failures;

    private Reflector(Cluster cluster, Resource<T> resource, Scope scope, Backoff backoff) {
        this.cluster = cluster;
        this.resource = resource;
        this.scope = scope;
        this.backoff = backoff;
        this.thread =
                Thread.ofVirtual().name("reflector-" + resource.plural()).unstarted(this::run);
    }

    /// Begins to list and watch.
    ///
    /// @param backoff between attempts while the API fails
    public static <T extends HasMetadata> Reflector<T> start(
            Cluster cluster, Resource<T> resource, Scope scope, Backoff backoff) {
        Reflector<T> reflector = new Reflector<>(cluster, resource, scope, backoff);
        reflector.thread.start();
        return reflector;
    }

    /// The newest image.
    public Image<T> image() {
        lock.lock();
        try {
            return image;
        } finally {
            lock.unlock();
        }
    }

    /// The newest image as soon as it is of a later generation; whatever is newest when `patience`
    /// has passed or the reflector is closed.
    ///
    /// @throws InterruptedException when the waiting thread is interrupted
    public Image<T> awaitAfter(long generation, Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (image.generation() <= generation && !closed && nanos > 0) {
                nanos = news.awaitNanos(nanos);
            }
            return image;
        } finally {
            lock.unlock();
        }
    }

    /// Ends the watch and whoever waits; the last image stays readable.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                try {
                    listAndWatch();
                } catch (RuntimeException e) {
                    failures++;
                    report(e);
                    pause(backoff.after(failures));
                }
            }
        } catch (InterruptedException e) {
            LOG.atDebug().addKeyValue("resource", resource.plural()).log("Reflector ends");
        }
    }

    /// Never returns; an exception says why it ended.
    private void listAndWatch() throws InterruptedException {
        Listing<T> listing = cluster.list(resource, scope);
        Map<ObjectKey, T> objects = new HashMap<>();
        listing.items().forEach(object -> objects.put(ObjectKey.of(object), object));
        publish(listing.resourceVersion(), objects);
        String seen = listing.resourceVersion();
        while (true) {
            seen = watch(objects, seen);
            pause(backoff.after(1));
        }
    }

    /// Watches until that ends in the ordinary way; up to where it came. Changes behind that may be
    /// in `objects` already: the next watch brings them once more.
    private String watch(Map<ObjectKey, T> objects, String from) throws InterruptedException {
        String seen = from;
        try (Watch<T> watch = cluster.watch(resource, scope, from)) {
            while (true) {
                seen = follow(watch, objects, seen);
                failures = 0;
            }
        } catch (ApiException e) {
            if (e.reason() != StatusReason.TIMEOUT) {
                throw e;
            }
            return seen;
        }
    }

    /// Applies the next change and all that are already there behind it; up to where it came.
    private String follow(Watch<T> watch, Map<ObjectKey, T> objects, String seen)
            throws InterruptedException {
        String version = seen;
        boolean changed = false;
        Optional<Change<T>> next = watch.next(PATIENCE);
        while (next.isPresent()) {
            switch (next.get()) {
                case Change.Added<T>(T object) -> objects.put(ObjectKey.of(object), object);
                case Change.Modified<T>(T object) -> objects.put(ObjectKey.of(object), object);
                case Change.Deleted<T>(T object) -> objects.remove(ObjectKey.of(object));
                case Change.Bookmark<T> bookmark -> {}
            }
            version = version(next.get());
            changed |= !(next.get() instanceof Change.Bookmark);
            next = watch.next(Duration.ZERO);
        }
        if (changed) {
            publish(version, objects);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return version;
    }

    private void publish(String version, Map<ObjectKey, T> objects) {
        lock.lock();
        try {
            image = new Image<>(image.generation() + 1, version, objects);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration wait) throws InterruptedException {
        long nanos = wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (nanos > 0 && !closed) {
                nanos = news.awaitNanos(nanos);
            }
            if (closed) {
                throw new InterruptedException();
            }
        } finally {
            lock.unlock();
        }
    }

    private void report(RuntimeException e) {
        boolean expired =
                e instanceof ApiException refusal
                        && (refusal.reason() == StatusReason.EXPIRED
                                || refusal.reason() == StatusReason.GONE);
        (expired ? LOG.atDebug() : LOG.atWarn())
                .addKeyValue("resource", resource.plural())
                .addKeyValue("failures", failures)
                .setCause(e)
                .log("List or watch ended; listing again");
    }

    private static String version(Change<? extends HasMetadata> change) {
        return switch (change) {
            case Change.Added<? extends HasMetadata>(HasMetadata object) -> version(object);
            case Change.Modified<? extends HasMetadata>(HasMetadata object) -> version(object);
            case Change.Deleted<? extends HasMetadata>(HasMetadata object) -> version(object);
            case Change.Bookmark<? extends HasMetadata>(String resourceVersion) -> resourceVersion;
        };
    }

    private static String version(HasMetadata object) {
        String version = object.getMetadata().getResourceVersion();
        return version == null ? "" : version;
    }
}
