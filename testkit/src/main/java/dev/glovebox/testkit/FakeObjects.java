package dev.glovebox.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/// The objects of a [FakeCluster] and everything that happened to them. Its monitor guards all; the
/// trees that it hands out are never changed.
final class FakeObjects {
    private static final Set<String> WITH_STATUS = Set.of("pods", "nodes", "namespaces");
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

    /// One write: what it replaced and what it left, empty where there is nothing.
    record Happening(
            long revision,
            String plural,
            Optional<ObjectNode> before,
            Optional<ObjectNode> after) {}

    private record Key(String plural, String namespace, String name) implements Comparable<Key> {
        static Key of(Resource<?> resource, ObjectKey key) {
            return new Key(resource.plural(), key.namespace(), key.name());
        }

        @Override
        public int compareTo(Key other) {
            return Comparator.comparing(Key::plural)
                    .thenComparing(Key::namespace)
                    .thenComparing(Key::name)
                    .compare(this, other);
        }
    }

    private final Clock clock;
    private final Map<Key, ObjectNode> objects = new TreeMap<>();
    private final List<Happening> log = new ArrayList<>();
    private long revision = 1;
    private long compacted = 1;
    private int generated;

    FakeObjects(Clock clock) {
        this.clock = clock;
    }

    synchronized long revision() {
        return revision;
    }

    synchronized void compact() {
        compacted = revision;
        log.clear();
    }

    synchronized void wake() {
        notifyAll();
    }

    /// What happened after a revision, waiting for something at most `patience`, and no longer than
    /// until `over`.
    synchronized List<Happening> awaitAfter(long after, Duration patience, BooleanSupplier over)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (revision <= after && !over.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        if (after < compacted) {
            throw new ApiException(
                    StatusReason.EXPIRED,
                    "too old resource version: " + after + " (" + compacted + ")");
        }
        return log.stream().filter(happening -> happening.revision() > after).toList();
    }

    synchronized Optional<ObjectNode> get(Resource<?> resource, ObjectKey key) {
        return Optional.ofNullable(objects.get(Key.of(resource, key)));
    }

    synchronized ObjectNode require(Resource<?> resource, ObjectKey key) {
        return get(resource, key)
                .orElseThrow(() ->
                        new ApiException(
                                StatusReason.NOT_FOUND,
                                "%s \"%s\" not found".formatted(resource.plural(), key.name())));
    }

    synchronized List<ObjectNode> list(Resource<?> resource) {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().plural().equals(resource.plural()))
                .map(Map.Entry::getValue)
                .toList();
    }

    synchronized ObjectNode create(Resource<?> resource, ObjectNode given) {
        ObjectNode object = given.deepCopy();
        ObjectNode metadata = object.withObject("/metadata");
        if (!metadata.hasNonNull("name") && metadata.hasNonNull("generateName")) {
            metadata.put("name", metadata.get("generateName").asText() + "x" + ++generated);
        }
        Key key = Key.of(resource, key(object));
        if (objects.containsKey(key)) {
            throw new ApiException(
                    StatusReason.ALREADY_EXISTS,
                    "%s \"%s\" already exists".formatted(key.plural(), key.name()));
        }
        if (resource.namespaced()) {
            requireLivingNamespace(key.namespace());
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", time(clock.instant()));
        metadata.put("generation", 1);
        switch (resource.plural()) {
            case "pods" -> object.putObject("status").put("phase", "Pending");
            case "namespaces" -> {
                object.withObject("/spec").putArray("finalizers").add("kubernetes");
                object.putObject("status").put("phase", "Active");
            }
            default -> {}
        }
        return write(key, object);
    }

    private void requireLivingNamespace(String name) {
        ObjectNode namespace = require(Resource.NAMESPACES, ObjectKey.of(name));
        if (isDeleting(namespace)) {
            throw new ApiException(
                    StatusReason.FORBIDDEN,
                    "unable to create new content in namespace %s because it is being terminated"
                            .formatted(name));
        }
    }

    /// Writes the part of an object that a subresource covers: `status`, `finalize`, or all but the
    /// status.
    synchronized ObjectNode update(Resource<?> resource, ObjectNode given, String subresource) {
        ObjectKey key = key(given);
        ObjectNode current = require(resource, key);
        String expected = given.path("metadata").path("resourceVersion").asText();
        if (!expected.isEmpty() && !expected.equals(version(current))) {
            throw new ApiException(
                    StatusReason.CONFLICT,
                    ("Operation cannot be fulfilled on %s \"%s\": the object has been modified;"
                                    + " please apply your changes to the latest version and try"
                                    + " again")
                            .formatted(resource.plural(), key.name()));
        }
        ObjectNode next = current.deepCopy();
        switch (subresource) {
            case "status" -> copy(given, next, "status");
            case "finalize" ->
                    copy(given.withObject("/spec"), next.withObject("/spec"), "finalizers");
            default -> next = replacement(resource, given, current);
        }
        if (next.equals(current)) {
            return current;
        }
        if (isDeleting(next) && mayGo(resource, next)) {
            return remove(Key.of(resource, key), next);
        }
        return write(Key.of(resource, key), next);
    }

    private static ObjectNode replacement(
            Resource<?> resource, ObjectNode given, ObjectNode current) {
        ObjectNode next = given.deepCopy();
        for (String field :
                List.of(
                        "uid",
                        "creationTimestamp",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "generation",
                        "resourceVersion")) {
            copy(current.withObject("/metadata"), next.withObject("/metadata"), field);
        }
        if (WITH_STATUS.contains(resource.plural())) {
            copy(current, next, "status");
        }
        if (!next.path("spec").equals(current.path("spec"))) {
            ObjectNode metadata = next.withObject("/metadata");
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        }
        return next;
    }

    synchronized void bind(ObjectKey key, String uid, String node) {
        ObjectNode next = require(Resource.PODS, key).deepCopy();
        if (!next.path("metadata").path("uid").asText().equals(uid)) {
            throw new ApiException(StatusReason.CONFLICT, "the pod has another uid than " + uid);
        }
        String assigned = next.path("spec").path("nodeName").asText();
        if (!assigned.isEmpty()) {
            throw new ApiException(
                    StatusReason.CONFLICT,
                    "pod %s is already assigned to node \"%s\"".formatted(key.name(), assigned));
        }
        next.withObject("/spec").put("nodeName", node);
        next.withObject("/status")
                .putArray("conditions")
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", time(clock.instant()));
        write(Key.of(Resource.PODS, key), next);
    }

    synchronized void delete(Resource<?> resource, ObjectKey key, DeleteOptions options) {
        ObjectNode next = require(resource, key).deepCopy();
        ObjectNode metadata = next.withObject("/metadata");
        String uid = metadata.path("uid").asText();
        if (!options.uid().orElse(uid).equals(uid)) {
            throw new ApiException(
                    StatusReason.CONFLICT,
                    "the UID in the precondition (%s) does not match the UID in record (%s)"
                            .formatted(options.uid().orElse(""), uid));
        }
        long grace = grace(resource, next, options);
        if (isDeleting(next)) {
            grace = Math.min(grace, metadata.path("deletionGracePeriodSeconds").asLong());
        }
        metadata.put("deletionTimestamp", time(clock.instant().plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (resource.plural().equals("namespaces")) {
            next.withObject("/status").put("phase", "Terminating");
        }
        if (mayGo(resource, next)) {
            remove(Key.of(resource, key), next);
        } else {
            write(Key.of(resource, key), next);
        }
    }

    private static long grace(Resource<?> resource, ObjectNode object, DeleteOptions options) {
        String phase = object.path("status").path("phase").asText();
        boolean runs =
                resource.plural().equals("pods")
                        && !object.path("spec").path("nodeName").asText().isEmpty()
                        && !Set.of("Succeeded", "Failed").contains(phase);
        if (!runs) {
            return 0;
        }
        JsonNode own = object.path("spec").path("terminationGracePeriodSeconds");
        return options.grace()
                .map(Duration::toSeconds)
                .orElse(own.asLong(DEFAULT_GRACE.toSeconds()));
    }

    /// Whether a deleted object has nothing left to wait for.
    private static boolean mayGo(Resource<?> resource, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong() == 0
                && !(resource.plural().equals("namespaces")
                        && !object.path("spec").path("finalizers").isEmpty());
    }

    private ObjectNode write(Key key, ObjectNode object) {
        Optional<ObjectNode> before = Optional.ofNullable(objects.get(key));
        object.withObject("/metadata").put("resourceVersion", String.valueOf(++revision));
        objects.put(key, object);
        log.add(new Happening(revision, key.plural(), before, Optional.of(object)));
        notifyAll();
        return object;
    }

    private ObjectNode remove(Key key, ObjectNode last) {
        last.withObject("/metadata").put("resourceVersion", String.valueOf(++revision));
        objects.remove(key);
        log.add(new Happening(revision, key.plural(), Optional.of(last), Optional.empty()));
        notifyAll();
        return last;
    }

    private static ObjectKey key(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return new ObjectKey(metadata.path("namespace").asText(), metadata.path("name").asText());
    }

    private static String version(ObjectNode object) {
        return object.path("metadata").path("resourceVersion").asText();
    }

    private static boolean isDeleting(ObjectNode object) {
        return object.path("metadata").hasNonNull("deletionTimestamp");
    }

    private static void copy(ObjectNode from, ObjectNode to, String field) {
        JsonNode value = from.path(field);
        if (value.isMissingNode()) {
            to.remove(field);
        } else {
            to.set(field, value.deepCopy());
        }
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
