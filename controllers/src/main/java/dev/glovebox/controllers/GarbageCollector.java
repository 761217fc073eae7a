package dev.glovebox.controllers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Change;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Listing;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.Watch;
import dev.glovebox.cluster.WorkQueue;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes objects whose owners are gone, and lets owners go that wait for those whom they own:
/// what kube-controller-manager's garbage collector does. An owner counts as gone only when the API
/// says so at that moment, and an owner of a kind that is not known never does.
///
/// Concurrency: one virtual thread a kind lists and watches; one more looks which kinds there are,
/// and one works on the objects that changes concern, once every kind of the beginning has been
/// listed or has had half a minute to be. They share `ownership`, the kinds and the queue.
public final class GarbageCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration NEXT_LOOK = Duration.ofMillis(200);

    /// How long it waits for kinds that cannot be listed, as kube-controller-manager does: one
    /// whose converter is gone must not keep all others waiting.
    private static final Duration FIRST_LISTS = Duration.ofSeconds(30);

    /// How often it looks which kinds there are.
    private static final Duration KINDS_LOOK = Duration.ofSeconds(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final Supplier<List<OwnedKind>> served;

    /// Threads of the kinds that are followed; changed by the thread that looks for kinds alone,
    /// after the beginning.
    private final Map<OwnedKind, Thread> followed = new ConcurrentHashMap<>();

    private final Backoff backoff;
    private final Ownership ownership = new Ownership();
    private final WorkQueue<String> queue;
    private final List<Thread> threads = new ArrayList<>();

    /// Kinds that have not been listed yet: until all are, who owns whom is not known.
    private final CountDownLatch unlisted;

    private volatile boolean closed;

    private GarbageCollector(
            Cluster cluster, Supplier<List<OwnedKind>> served, Clock clock, Backoff backoff) {
        this.cluster = cluster;
        this.served = served;
        this.backoff = backoff;
        this.queue = new WorkQueue<>(clock, backoff);
        List<OwnedKind> first = List.copyOf(served.get());
        this.unlisted = new CountDownLatch(first.size());
        first.forEach(kind -> followed.put(kind, follower(kind, unlisted::countDown)));
        threads.add(Thread.ofVirtual().name("garbage-kinds").unstarted(this::followKinds));
        threads.add(Thread.ofVirtual().name("garbage-work").unstarted(this::work));
    }

    /// Starts it.
    ///
    /// @param cluster the API as this controller's identity sees it
    /// @param kinds that can own or be owned; asked for again and again, as kinds come and go
    public static GarbageCollector start(
            Cluster cluster, Supplier<List<OwnedKind>> kinds, Clock clock, Backoff backoff) {
        GarbageCollector collector = new GarbageCollector(cluster, kinds, clock, backoff);
        collector.followed.values().forEach(Thread::start);
        collector.threads.forEach(Thread::start);
        return collector;
    }

    @Override
    public void close() {
        closed = true;
        queue.close();
        threads.forEach(Thread::interrupt);
        followed.values().forEach(Thread::interrupt);
    }

    private Thread follower(OwnedKind kind, Runnable listed) {
        return Thread.ofVirtual()
                .name("garbage-" + kind.resource().plural())
                .unstarted(() -> follow(kind, once(listed)));
    }

    private void followKinds() {
        while (!closed && pause(KINDS_LOOK)) {
            Set<OwnedKind> now = Set.copyOf(served.get());
            for (OwnedKind kind : now) {
                if (!followed.containsKey(kind)) {
                    Thread follower = follower(kind, () -> {});
                    followed.put(kind, follower);
                    follower.start();
                }
            }
            for (OwnedKind kind : Set.copyOf(followed.keySet())) {
                if (!now.contains(kind)) {
                    Optional.ofNullable(followed.remove(kind)).ifPresent(Thread::interrupt);
                    ownership.forget(kind.resource());
                }
            }
        }
        if (closed) {
            followed.values().forEach(Thread::interrupt);
        }
    }

    private void follow(OwnedKind kind, Runnable listed) {
        int failures = 0;
        while (!closed && !Thread.currentThread().isInterrupted()) {
            try {
                listAndWatch(kind.resource(), listed);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                failures++;
                LOG.atDebug()
                        .addKeyValue("resource", kind.resource().plural())
                        .setCause(e)
                        .log("List or watch ended; listing again");
                if (!pause(backoff.after(failures))) {
                    return;
                }
            }
        }
    }

    private static Runnable once(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    private static boolean pause(Duration wait) {
        java.util.concurrent.locks.LockSupport.parkNanos(wait.toNanos());
        return !Thread.interrupted();
    }

    /// Never returns in peace. What went while nothing was watched is missed here; it is found when
    /// its dependents are listed, as all are, and asked for.
    private <T extends HasMetadata> void listAndWatch(Resource<T> resource, Runnable listed)
            throws InterruptedException {
        Listing<T> listing = cluster.list(resource, Scope.ALL);
        listing.items().forEach(object -> seen(resource, object));
        listed.run();
        try (Watch<T> watch = cluster.watch(resource, Scope.ALL, listing.resourceVersion())) {
            while (!closed) {
                watch.next(PATIENCE).ifPresent(change -> apply(resource, change));
            }
        }
    }

    private <T extends HasMetadata> void apply(Resource<T> resource, Change<T> change) {
        switch (change) {
            case Change.Added<T>(T object) -> seen(resource, object);
            case Change.Modified<T>(T object) -> seen(resource, object);
            case Change.Deleted<T>(T object) ->
                    ownership
                            .remove(new OwnedObject(resource, object.getMetadata()))
                            .forEach(queue::add);
            case Change.Bookmark<T> bookmark -> {}
        }
    }

    private void seen(Resource<? extends HasMetadata> resource, HasMetadata object) {
        OwnedObject now = new OwnedObject(resource, object.getMetadata());
        ownership.put(now);
        if (now.isOfInterest()) {
            queue.add(now.uid());
            now.owners().forEach(owner -> queue.add(owner.getUid()));
        }
    }

    private void work() {
        try {
            if (!unlisted.await(FIRST_LISTS.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn()
                        .addKeyValue("kinds", unlisted.getCount())
                        .log("Not all kinds could be listed; collecting what is known");
            }
            while (!closed) {
                Optional<String> uid = queue.take(PATIENCE);
                if (uid.isPresent()) {
                    queue.finish(uid.get(), attempt(uid.get()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Outcome attempt(String uid) {
        try {
            Optional<OwnedObject> object = ownership.get(uid);
            return object.isPresent() ? reconcile(object.get()) : new Outcome.Done();
        } catch (ApiException e) {
            if (e.reason() == StatusReason.CONFLICT || e.reason() == StatusReason.NOT_FOUND) {
                return new Outcome.Again(NEXT_LOOK);
            }
            LOG.atWarn()
                    .addKeyValue("uid", uid)
                    .setCause(e)
                    .log("An object's owners or dependents could not be dealt with");
            return new Outcome.Failed();
        }
    }

    private Outcome reconcile(OwnedObject object) {
        if (object.waits(OwnedObject.ORPHAN)) {
            return orphan(object);
        }
        if (object.waits(OwnedObject.FOREGROUND)) {
            return deleteDependents(object);
        }
        if (!object.isBeingDeleted() && !object.owners().isEmpty()) {
            checkOwners(object);
        }
        return new Outcome.Done();
    }

    private Outcome orphan(OwnedObject owner) {
        List<OwnedObject> dependents = ownership.dependents(owner.uid());
        for (OwnedObject dependent : dependents) {
            setOwners(
                    dependent,
                    dependent.owners().stream()
                            .filter(each -> !each.getUid().equals(owner.uid()))
                            .toList());
        }
        if (!dependents.isEmpty()) {
            return new Outcome.Again(NEXT_LOOK);
        }
        release(owner, OwnedObject.ORPHAN);
        return new Outcome.Done();
    }

    /// Those that do not block may go after their owner.
    private Outcome deleteDependents(OwnedObject owner) {
        boolean blocked = false;
        for (OwnedObject dependent : ownership.dependents(owner.uid())) {
            if (!dependent.isBeingDeleted()) {
                delete(dependent);
            }
            blocked |= dependent.blocks(owner.uid());
        }
        if (!blocked) {
            release(owner, OwnedObject.FOREGROUND);
            return new Outcome.Done();
        }
        return new Outcome.Again(NEXT_LOOK);
    }

    private void checkOwners(OwnedObject object) {
        List<OwnerReference> there =
                object.owners().stream().filter(owner -> exists(object, owner)).toList();
        if (there.isEmpty()) {
            delete(object);
        } else if (there.size() < object.owners().size()) {
            setOwners(object, there);
        }
    }

    private boolean exists(OwnedObject object, OwnerReference owner) {
        Optional<OwnedKind> found =
                followed.keySet().stream().filter(each -> each.isOf(owner)).findFirst();
        if (found.isEmpty()) {
            return true;
        }
        OwnedKind kind = found.get();
        String namespace = kind.resource().namespaced() ? object.metadata().getNamespace() : "";
        if (namespace == null) {
            // Something without a namespace cannot be owned by something in one; nobody can tell.
            return true;
        }
        return cluster.get(kind.resource(), new ObjectKey(namespace, owner.getName()))
                .filter(there -> there.getMetadata().getUid().equals(owner.getUid()))
                .isPresent();
    }

    private void delete(OwnedObject object) {
        LOG.atDebug()
                .addKeyValue("resource", object.resource().plural())
                .addKeyValue("object", object.key())
                .log("Deleting what nobody owns any more");
        cluster.delete(
                object.resource(),
                object.key(),
                new DeleteOptions(Optional.empty(), Optional.of(object.uid())));
    }

    private void setOwners(OwnedObject object, List<OwnerReference> owners) {
        ObjectNode patch = versioned(object);
        patch.withObject("/metadata").set("ownerReferences", JSON.valueToTree(owners));
        send(object, patch);
    }

    private void release(OwnedObject object, String finalizer) {
        ObjectNode patch = versioned(object);
        patch.withObject("/metadata")
                .set(
                        "finalizers",
                        JSON.valueToTree(
                                object.finalizers().stream()
                                        .filter(each -> !each.equals(finalizer))
                                        .toList()));
        send(object, patch);
    }

    /// A change of the object as it was seen, and of no other state.
    private static ObjectNode versioned(OwnedObject object) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata")
                .put("uid", object.uid())
                .put("resourceVersion", object.metadata().getResourceVersion());
        return patch;
    }

    private void send(OwnedObject object, ObjectNode patch) {
        try {
            cluster.patch(
                    object.resource(),
                    object.key(),
                    new Patch.Merge(JSON.writeValueAsString(patch)),
                    "");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree that is none", e);
        }
    }
}
