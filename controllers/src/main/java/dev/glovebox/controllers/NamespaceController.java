package dev.glovebox.controllers;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Empties namespaces that are being deleted, and lets them go when they are empty: what
/// kube-controller-manager's namespace controller does with the finalizer `kubernetes`.
public final class NamespaceController implements AutoCloseable {
    private static final String FINALIZER = "kubernetes";

    /// Pods take their grace to go; meanwhile the namespace is looked at again and again.
    private static final Duration NEXT_LOOK = Duration.ofMillis(500);

    private final Cluster cluster;
    private final Supplier<List<Resource<?>>> contents;
    private final Reflector<Namespace> namespaces;
    private final ControlLoop<ObjectKey> loop;

    private NamespaceController(
            Cluster cluster, Supplier<List<Resource<?>>> contents, Clock clock, Backoff backoff) {
        this.cluster = cluster;
        this.contents = contents;
        this.namespaces = Reflector.start(cluster, Resource.NAMESPACES, Scope.ALL, backoff);
        this.loop =
                ControlLoop.<ObjectKey>named("namespace-controller", clock, backoff)
                        .follow(namespaces, each -> Stream.of(ObjectKey.of(each)))
                        .start(this::reconcile);
    }

    /// Starts it.
    ///
    /// @param cluster the API as this controller's identity sees it
    /// @param contents every resource whose objects live in namespaces; asked for each time, as
    ///   kinds come and go
    public static NamespaceController start(
            Cluster cluster, Supplier<List<Resource<?>>> contents, Clock clock, Backoff backoff) {
        return new NamespaceController(cluster, contents, clock, backoff);
    }

    @Override
    public void close() {
        namespaces.close();
        loop.close();
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Namespace> found = cluster.get(Resource.NAMESPACES, key);
        if (found.isEmpty() || !isBeingEmptied(found.get())) {
            return new Outcome.Done();
        }
        boolean empty = true;
        Optional<ApiException> failure = Optional.empty();
        for (Resource<?> resource : contents.get()) {
            try {
                empty &= isEmptied(resource, key.name());
            } catch (ApiException e) {
                // One kind that cannot be read, because its converter is gone, keeps the namespace
                // and not what else is in it.
                failure = failure.or(() -> Optional.of(e));
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (!empty) {
            return new Outcome.Again(NEXT_LOOK);
        }
        letGo(found.get());
        return new Outcome.Done();
    }

    private static boolean isBeingEmptied(Namespace namespace) {
        return namespace.getMetadata().getDeletionTimestamp() != null
                && namespace.getSpec() != null
                && namespace.getSpec().getFinalizers().contains(FINALIZER);
    }

    /// Has every object of a resource deleted; whether there was none.
    private <T extends HasMetadata> boolean isEmptied(Resource<T> resource, String namespace) {
        List<T> objects = cluster.list(resource, Scope.namespace(namespace)).items();
        for (T object : objects) {
            if (object.getMetadata().getDeletionTimestamp() == null) {
                delete(resource, object);
            }
        }
        return objects.isEmpty();
    }

    private void delete(Resource<?> resource, HasMetadata object) {
        DeleteOptions options =
                new DeleteOptions(Optional.empty(), Optional.of(object.getMetadata().getUid()));
        try {
            cluster.delete(resource, ObjectKey.of(object), options);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND) {
                throw e;
            }
        }
    }

    private void letGo(Namespace namespace) {
        List<String> others =
                Objects.requireNonNull(namespace.getSpec(), "spec").getFinalizers().stream()
                        .filter(finalizer -> !finalizer.equals(FINALIZER))
                        .toList();
        cluster.updateSubresource(
                Resource.NAMESPACES,
                new NamespaceBuilder(namespace).editSpec().withFinalizers(others).endSpec().build(),
                "finalize");
    }
}
