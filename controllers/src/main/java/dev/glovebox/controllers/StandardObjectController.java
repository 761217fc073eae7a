package dev.glovebox.controllers;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
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
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes an object in every namespace that is not going, and again when somebody deletes it: what
/// kube-controller-manager's controllers serviceaccount and root-ca-cert-publisher do.
///
/// @param <T> the model of the objects
public final class StandardObjectController<T extends HasMetadata> implements AutoCloseable {
    private static final Duration NEXT_LOOK = Duration.ofSeconds(1);

    private final Cluster reads;
    private final Cluster writes;
    private final StandardObject<T> standard;
    private final Reflector<Namespace> namespaces;
    private final Reflector<T> objects;
    private final ControlLoop<String> loop;

    private StandardObjectController(
            Cluster reads,
            Cluster writes,
            StandardObject<T> standard,
            Clock clock,
            Backoff backoff) {
        this.reads = reads;
        this.writes = writes;
        this.standard = standard;
        this.namespaces = Reflector.start(reads, Resource.NAMESPACES, Scope.ALL, backoff);
        this.objects =
                Reflector.start(
                        reads,
                        standard.resource(),
                        Scope.fields("metadata.name=" + standard.name()),
                        backoff);
        this.loop =
                ControlLoop.<String>named(standard.name(), clock, backoff)
                        .follow(namespaces, each -> Stream.of(each.getMetadata().getName()))
                        .follow(objects, each -> Stream.of(each.getMetadata().getNamespace()))
                        .start(this::reconcile);
    }

    /// Starts it.
    ///
    /// @param reads the API as `system:kube-controller-manager` sees it
    /// @param writes the API as this controller's own identity sees it, which may write only
    public static <T extends HasMetadata> StandardObjectController<T> start(
            Cluster reads,
            Cluster writes,
            StandardObject<T> standard,
            Clock clock,
            Backoff backoff) {
        return new StandardObjectController<>(reads, writes, standard, clock, backoff);
    }

    @Override
    public void close() {
        loop.close();
        namespaces.close();
        objects.close();
    }

    private Outcome reconcile(String name) {
        Optional<Namespace> namespace = reads.get(Resource.NAMESPACES, ObjectKey.of(name));
        if (namespace.isEmpty() || namespace.get().getMetadata().getDeletionTimestamp() != null) {
            return new Outcome.Done();
        }
        Optional<T> found = reads.get(standard.resource(), new ObjectKey(name, standard.name()));
        if (found.isEmpty()) {
            make(name);
            // One that is deleted before a look at the objects has shown it leaves no trace there.
            return new Outcome.Again(NEXT_LOOK);
        }
        T right = standard.mend().apply(found.get());
        if (!right.equals(found.get())) {
            writes.update(standard.resource(), right);
        }
        return new Outcome.Done();
    }

    private void make(String namespace) {
        try {
            writes.create(standard.resource(), standard.make().apply(namespace, standard.name()));
        } catch (ApiException e) {
            // Somebody was faster: their object comes by the watch, and is looked at then.
            if (e.reason() != StatusReason.ALREADY_EXISTS) {
                throw e;
            }
        }
    }
}
