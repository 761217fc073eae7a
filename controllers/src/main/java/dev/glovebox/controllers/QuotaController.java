package dev.glovebox.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.AnyObject;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Delta;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.WorkQueue;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts what namespaces use of their ResourceQuotas and writes it into their status: when a quota
/// is new or changed, when something of what it counts comes, changes or goes, and now and then.
/// What admission charged for a write that failed after all is found by the same count.
///
/// Admission charges a quota before the object is there to be counted. So a quota that was written
/// within [#SETTLED] is not counted yet: if it is charged again and again, nothing is refused for
/// want of a count, and if something is refused, it rests.
///
/// Concurrency: one virtual thread a followed resource turns changes into keys, one works on them;
/// they share the queue and `sources`, which is a concurrent map. `seen` is the worker's own.
public final class QuotaController implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaController.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration RESYNC = Duration.ofMinutes(5);
    private static final Duration SETTLED = Duration.ofMillis(250);

    private final Cluster cluster;
    private final Supplier<List<Resource<?>>> contents;
    private final QuotaMeasure measure;
    private final Clock clock;
    private final Backoff backoff;
    private final Resource<TreeObject> resource =
            TreeObject.of(AnyObject.namespaced("", "v1", "resourcequotas"));
    private final Reflector<TreeObject> quotas;
    private final WorkQueue<ObjectKey> queue;
    private final Map<String, Source> sources = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Seen> seen = new HashMap<>();
    private final List<Thread> threads;

    private volatile boolean closed;

    /// Objects of one resource that some quota counts.
    private record Source(Reflector<AnyObject> objects, Thread thread) {}

    /// A version of a quota, and when the worker first saw it.
    private record Seen(String version, Instant since) {}

    private QuotaController(
            Cluster cluster,
            Supplier<List<Resource<?>>> contents,
            QuotaMeasure measure,
            Clock clock,
            Backoff backoff) {
        this.cluster = cluster;
        this.contents = contents;
        this.measure = measure;
        this.clock = clock;
        this.backoff = backoff;
        this.queue = new WorkQueue<>(clock, backoff);
        this.quotas = Reflector.start(cluster, resource, Scope.ALL, backoff);
        this.threads =
                List.of(
                        Thread.ofVirtual().name("quotas-follow").unstarted(this::follow),
                        Thread.ofVirtual().name("quotas-work").unstarted(this::work));
    }

    /// Starts it.
    ///
    /// @param cluster the API as this controller's identity sees it
    /// @param contents every resource whose objects live in namespaces; asked for each time, as
    ///   kinds come and go
    public static QuotaController start(
            Cluster cluster,
            Supplier<List<Resource<?>>> contents,
            QuotaMeasure measure,
            Clock clock,
            Backoff backoff) {
        QuotaController controller =
                new QuotaController(cluster, contents, measure, clock, backoff);
        controller.threads.forEach(Thread::start);
        return controller;
    }

    @Override
    public void close() {
        closed = true;
        quotas.close();
        queue.close();
        threads.forEach(Thread::interrupt);
        sources.values()
                .forEach(source -> {
                    source.objects().close();
                    source.thread().interrupt();
                });
    }

    private void follow() {
        try {
            Image<TreeObject> known = Image.unknown();
            Instant resync = clock.instant().plus(RESYNC);
            while (!closed) {
                Image<TreeObject> next = quotas.awaitAfter(known.generation(), PATIENCE);
                Delta.between(known, next).changed().values().forEach(this::add);
                if (clock.instant().isAfter(resync)) {
                    next.objects().keySet().forEach(queue::add);
                    resync = clock.instant().plus(RESYNC);
                }
                known = next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A quota that bounds nothing yet comes at once, one that was charged when that has settled.
    private void add(TreeObject quota) {
        JsonNode tree = quota.tree();
        if (tree.path("spec").path("hard").equals(tree.path("status").path("hard"))) {
            queue.addAfter(ObjectKey.of(quota), SETTLED);
        } else {
            queue.add(ObjectKey.of(quota));
        }
    }

    private void follow(String counted, Reflector<AnyObject> objects) {
        try {
            Image<AnyObject> known = Image.unknown();
            while (!closed) {
                Image<AnyObject> next = objects.awaitAfter(known.generation(), PATIENCE);
                Delta<AnyObject> delta = Delta.between(known, next);
                Set<String> namespaces = new TreeSet<>();
                delta.changed().keySet().forEach(key -> namespaces.add(key.namespace()));
                delta.removed().keySet().forEach(key -> namespaces.add(key.namespace()));
                changed(counted, namespaces);
                known = next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void changed(String counted, Set<String> namespaces) {
        for (TreeObject quota : quotas.image().values()) {
            ObjectKey key = ObjectKey.of(quota);
            if (namespaces.contains(key.namespace())
                    && measure.counts(counted, bounded(quota.tree()))) {
                queue.addAfter(key, SETTLED);
            }
        }
    }

    private void work() {
        try {
            while (!closed) {
                Optional<ObjectKey> key = queue.take(PATIENCE);
                if (key.isPresent()) {
                    queue.finish(key.get(), attempt(key.get()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Outcome attempt(ObjectKey key) {
        try {
            return reconcile(key);
        } catch (ApiException e) {
            if (e.reason() == StatusReason.CONFLICT || e.reason() == StatusReason.NOT_FOUND) {
                return new Outcome.Again(SETTLED);
            }
            LOG.atWarn()
                    .addKeyValue("quota", key)
                    .setCause(e)
                    .log("Usage of a quota could not be counted; trying again");
            return new Outcome.Failed();
        }
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<TreeObject> found = read(key);
        if (found.isEmpty()) {
            seen.remove(key);
            return new Outcome.Done();
        }
        ObjectNode quota = found.get().tree();
        boolean bounds = quota.path("spec").path("hard").equals(quota.path("status").path("hard"));
        if (bounds && !isSettled(key, found.get())) {
            return new Outcome.Again(SETTLED);
        }
        Map<String, List<JsonNode>> objects = new HashMap<>();
        for (Resource<?> each : contents.get()) {
            if (measure.counts(name(each), bounded(quota))) {
                sources.computeIfAbsent(name(each), any -> source(each));
                objects.put(name(each), list(each, key.namespace()));
            }
        }
        Optional<ObjectNode> status = measure.status(quota, objects);
        if (status.isPresent()) {
            quota.set("status", status.get());
            cluster.updateStatus(resource, found.get());
        }
        return new Outcome.Done();
    }

    /// Kubernetes' role for this controller may list and not get.
    private Optional<TreeObject> read(ObjectKey key) {
        Scope scope = new Scope(key.namespace(), "metadata.name=" + key.name(), "");
        return cluster.list(resource, scope).items().stream().findFirst();
    }

    private boolean isSettled(ObjectKey key, TreeObject quota) {
        String version = quota.tree().path("metadata").path("resourceVersion").asText();
        Instant now = clock.instant();
        Seen before = seen.get(key);
        if (before == null || !before.version().equals(version)) {
            seen.put(key, new Seen(version, now));
            return false;
        }
        return !now.isBefore(before.since().plus(SETTLED));
    }

    private List<JsonNode> list(Resource<?> counted, String namespace) {
        List<JsonNode> trees = new ArrayList<>();
        cluster.list(TreeObject.of(counted), Scope.namespace(namespace))
                .items()
                .forEach(each -> trees.add(each.tree()));
        return trees;
    }

    /// Follows a resource from the first quota on that counts it.
    private Source source(Resource<?> counted) {
        Resource<AnyObject> any =
                AnyObject.namespaced(counted.group(), counted.version(), counted.plural());
        Reflector<AnyObject> objects = Reflector.start(cluster, any, Scope.ALL, backoff);
        Thread thread =
                Thread.ofVirtual()
                        .name("quotas-follow-" + counted.plural())
                        .start(() -> follow(name(counted), objects));
        return new Source(objects, thread);
    }

    private static String name(Resource<?> resource) {
        return resource.group().isEmpty()
                ? resource.plural()
                : resource.plural() + "." + resource.group();
    }

    private static Set<String> bounded(JsonNode quota) {
        Set<String> names = new TreeSet<>();
        quota.path("spec").path("hard").properties().forEach(each -> names.add(each.getKey()));
        return names;
    }
}
