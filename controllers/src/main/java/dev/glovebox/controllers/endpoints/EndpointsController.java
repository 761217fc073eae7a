package dev.glovebox.controllers.endpoints;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Selectors;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.Pending;
import dev.glovebox.controllers.loop.PodControl;
import dev.glovebox.model.ApiException;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Optional;
import java.util.stream.Stream;

/// Says in Endpoints where the pods of Services are: what kube-controller-manager's endpoint
/// controller does. Endpoints that somebody else made are left alone where there is no Service.
public final class EndpointsController implements AutoCloseable {
    private final Cluster cluster;
    private final ServiceLoop seen;
    private final Reflector<Endpoints> endpoints;
    private final Pending<ObjectKey> pending = new Pending<>();
    private final ControlLoop<ObjectKey> loop;

    private EndpointsController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.seen = ServiceLoop.of(settings);
        this.endpoints = settings.informers().of(Kinds.ENDPOINTS);
        this.loop =
                seen.loop(settings, "endpoint-controller")
                        .follow(endpoints, each -> Stream.of(ObjectKey.of(each)))
                        .start(this::reconcile);
    }

    /// Starts it.
    public static EndpointsController start(LoopSettings settings) {
        return new EndpointsController(settings);
    }

    @Override
    public void close() {
        loop.close();
    }

    private Outcome reconcile(ObjectKey key) {
        Image<Endpoints> image = endpoints.image();
        if (!pending.isIn(image, key)) {
            return new Outcome.Again(LoopSettings.NEXT_LOOK);
        }
        Optional<Endpoints> there = image.get(key);
        Optional<Service> service = seen.services().image().get(key);
        if (service.isEmpty()) {
            there.filter(EndpointsController::isOurs).ifPresent(each -> delete(key, each));
        } else if (new ServiceView(service.get()).selects()) {
            write(key, new ServiceView(service.get()), there);
        }
        return new Outcome.Done();
    }

    private static boolean isOurs(Endpoints each) {
        return EndpointsPlan.MANAGER.equals(Selectors.labels(each).get(EndpointsPlan.MANAGED));
    }

    private void delete(ObjectKey key, Endpoints each) {
        String uid = each.getMetadata().getUid();
        cluster.delete(Kinds.ENDPOINTS, key, new DeleteOptions(Optional.empty(), Optional.of(uid)));
        pending.deleted(key, uid);
    }

    private void write(ObjectKey key, ServiceView service, Optional<Endpoints> there) {
        Endpoints wanted =
                EndpointsPlan.of(
                        service,
                        service.pods(seen.pods().image().values()),
                        there.orElseGet(Endpoints::new));
        if (there.isEmpty()) {
            try {
                pending.wrote(key, cluster.create(Kinds.ENDPOINTS, wanted));
            } catch (ApiException e) {
                if (!PodControl.isOfEndingNamespace(e)) {
                    throw e;
                }
            }
        } else if (!wanted.equals(there.get())) {
            pending.wrote(key, cluster.update(Kinds.ENDPOINTS, wanted));
        }
    }
}
