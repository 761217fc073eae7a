package dev.glovebox.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Listing;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.PodToken;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.Watch;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A Kubernetes API in memory, for tests of what stands on the port: revisions, conflicts, watches
/// with selectors, status apart from the rest, binding, deletion with grace and finalizers. It
/// neither defaults nor validates. Namespaces `default` and `kube-system` exist.
///
/// Passes [ClusterContract]. Safe for use by any thread.
public final class FakeCluster implements Cluster {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final FakeObjects objects;
    private final Clock clock;
    private final AtomicInteger tokens = new AtomicInteger();

    /// Refusals that tests ordered, by verb.
    private final Map<String, Queue<ApiException>> refusals = new ConcurrentHashMap<>();

    private final Queue<FakeWatch<?>> watches = new ConcurrentLinkedQueue<>();

    /// An API with the two namespaces.
    ///
    /// @param clock times of creation and deletion
    public FakeCluster(Clock clock) {
        this.clock = clock;
        objects = new FakeObjects(clock);
        for (String name : List.of("default", "kube-system")) {
            ObjectNode namespace = MAPPER.createObjectNode();
            namespace.put("apiVersion", "v1").put("kind", "Namespace");
            namespace.putObject("metadata").put("name", name);
            objects.create(Resource.NAMESPACES, namespace);
        }
    }

    /// Lets the next call of a verb (`get`, `list`, `watch`, `create`, `update`, `patch`, `bind`,
    /// `delete`) fail once; several orders queue up.
    public void refuseNext(String verb, ApiException refusal) {
        refusals.computeIfAbsent(verb, v -> new ConcurrentLinkedQueue<>()).add(refusal);
    }

    /// Forgets the past: a watch from an earlier revision ends with `Expired`.
    public void compact() {
        objects.compact();
    }

    /// Ends every open watch with this refusal.
    public void breakWatches(ApiException refusal) {
        for (FakeWatch<?> watch = watches.poll(); watch != null; watch = watches.poll()) {
            watch.fail(refusal);
        }
    }

    @Override
    public <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key) {
        refuse("get");
        return objects.get(resource, key).map(tree -> typed(resource, tree));
    }

    @Override
    public <T extends HasMetadata> Listing<T> list(Resource<T> resource, Scope scope) {
        refuse("list");
        synchronized (objects) {
            return new Listing<>(
                    String.valueOf(objects.revision()),
                    objects.list(resource).stream()
                            .filter(tree -> Selectors.matches(scope, tree))
                            .map(tree -> typed(resource, tree))
                            .toList());
        }
    }

    @Override
    public <T extends HasMetadata> Watch<T> watch(
            Resource<T> resource, Scope scope, String resourceVersion) {
        refuse("watch");
        FakeWatch<T> watch =
                new FakeWatch<>(objects, resource, scope, Long.parseLong(resourceVersion));
        watches.add(watch);
        return watch;
    }

    @Override
    public <T extends HasMetadata> T create(Resource<T> resource, T object) {
        refuse("create");
        return typed(resource, objects.create(resource, tree(object)));
    }

    @Override
    public <T extends HasMetadata> T update(Resource<T> resource, T object) {
        refuse("update");
        return typed(resource, objects.update(resource, tree(object), ""));
    }

    @Override
    public <T extends HasMetadata> T updateSubresource(
            Resource<T> resource, T object, String subresource) {
        refuse("update");
        return typed(resource, objects.update(resource, tree(object), subresource));
    }

    @Override
    public <T extends HasMetadata> T patch(
            Resource<T> resource, ObjectKey key, Patch patch, String subresource) {
        refuse("patch");
        synchronized (objects) {
            ObjectNode patched = Patches.apply(patch, objects.require(resource, key));
            return typed(resource, objects.update(resource, patched, subresource));
        }
    }

    @Override
    public void bind(ObjectKey pod, String uid, String node) {
        refuse("bind");
        objects.bind(pod, uid, node);
    }

    /// A token that names whose it is and how many there were before it; nobody believes it.
    @Override
    public PodToken requestToken(PodToken.Wanted wanted) {
        refuse("requestToken");
        for (var bound :
                List.of(
                        Map.entry(Resource.SERVICE_ACCOUNTS, wanted.account()),
                        Map.entry(
                                Resource.PODS,
                                new ObjectKey(wanted.account().namespace(), wanted.pod())))) {
            if (objects.get(bound.getKey(), bound.getValue()).isEmpty()) {
                throw new ApiException(
                        StatusReason.NOT_FOUND,
                        "%s \"%s\" not found"
                                .formatted(bound.getKey().plural(), bound.getValue().name()));
            }
        }
        return new PodToken(
                "token %d of %s for %s"
                        .formatted(tokens.getAndIncrement(), wanted.account().name(), wanted.pod()),
                clock.instant().plus(wanted.life()));
    }

    @Override
    public void delete(Resource<?> resource, ObjectKey key, DeleteOptions options) {
        refuse("delete");
        objects.delete(resource, key, options);
    }

    private void refuse(String verb) {
        Queue<ApiException> ordered = refusals.get(verb);
        ApiException refusal = ordered == null ? null : ordered.poll();
        if (refusal != null) {
            throw refusal;
        }
    }

    static <T extends HasMetadata> T typed(Resource<T> resource, JsonNode tree) {
        try {
            return MAPPER.treeToValue(tree, resource.type());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a " + resource.plural() + ": " + tree, e);
        }
    }

    private static ObjectNode tree(HasMetadata object) {
        return MAPPER.valueToTree(object);
    }
}
