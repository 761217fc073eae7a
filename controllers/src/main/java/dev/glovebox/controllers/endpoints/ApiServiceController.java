package dev.glovebox.controllers.endpoints;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Keeps the Service `kubernetes` in `default`, by which the API is found, with where it listens:
/// what kube-apiserver does itself. Whoever deletes one of its objects gets it back; what somebody
/// changes in the Service stays, what they change in its endpoints does not. Source:
/// `pkg/controlplane/controller/kubernetesservice` and `reconcilers`.
public final class ApiServiceController implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final ObjectKey KEY = new ObjectKey("default", ApiService.NAME);

    private final Cluster cluster;
    private final ApiService wanted;
    private final ControlLoop<ObjectKey> loop;

    private ApiServiceController(LoopSettings settings, ApiService wanted) {
        this.cluster = settings.cluster();
        this.wanted = wanted;
        this.loop =
                settings.<ObjectKey>loop("kubernetes-service-controller")
                        .follow(
                                settings.informers().of(Resource.NAMESPACES),
                                each ->
                                        Stream.of(KEY)
                                                .filter(key ->
                                                        key.namespace()
                                                                .equals(
                                                                        each.getMetadata()
                                                                                .getName())))
                        .follow(settings.informers().of(Kinds.SERVICES), this::key)
                        .follow(settings.informers().of(Kinds.ENDPOINTS), this::key)
                        .follow(settings.informers().of(Kinds.ENDPOINT_SLICES), this::key)
                        .start(key -> reconcile());
    }

    /// Starts it.
    ///
    /// @param settings of an identity that may write in `default`
    public static ApiServiceController start(LoopSettings settings, ApiService wanted) {
        return new ApiServiceController(settings, wanted);
    }

    @Override
    public void close() {
        loop.close();
    }

    private Stream<ObjectKey> key(HasMetadata object) {
        return Stream.of(KEY).filter(ObjectKey.of(object)::equals);
    }

    private Outcome reconcile() {
        ensure(Kinds.SERVICES, wanted.service(), service -> service);
        ensure(Kinds.ENDPOINTS, wanted.endpoints(), wanted::mended);
        ensure(Kinds.ENDPOINT_SLICES, wanted.slice(), wanted::mended);
        return new Outcome.Again(PERIOD);
    }

    /// @param mend what one that is there should be; itself where it is right
    private <T extends HasMetadata> void ensure(
            Resource<T> resource, T made, UnaryOperator<T> mend) {
        Optional<T> found = cluster.get(resource, KEY);
        if (found.isEmpty()) {
            create(resource, made);
            return;
        }
        T right = mend.apply(found.get());
        if (!right.equals(found.get())) {
            cluster.update(resource, right);
        }
    }

    private <T extends HasMetadata> void create(Resource<T> resource, T made) {
        try {
            cluster.create(resource, made);
        } catch (ApiException e) {
            // Somebody was faster: their object comes by the watch, and is looked at then.
            if (e.reason() != StatusReason.ALREADY_EXISTS) {
                throw e;
            }
        }
    }
}
