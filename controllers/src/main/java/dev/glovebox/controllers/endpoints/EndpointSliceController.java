package dev.glovebox.controllers.endpoints;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Selectors;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.Pending;
import dev.glovebox.controllers.loop.PodControl;
import dev.glovebox.model.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Says in slices where the pods of Services are: what kube-controller-manager's endpointslice
/// controller does. What is to be done [SlicePlan] decides.
public final class EndpointSliceController implements AutoCloseable {
    private final Cluster cluster;
    private final ServiceLoop seen;
    private final Reflector<EndpointSlice> slices;
    private final Reflector<Node> nodes;
    private final Pending<ObjectKey> pending = new Pending<>();
    private final ControlLoop<ObjectKey> loop;

    private EndpointSliceController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.seen = ServiceLoop.of(settings);
        this.slices = settings.informers().of(Kinds.ENDPOINT_SLICES);
        this.nodes = settings.informers().of(Resource.NODES);
        this.loop =
                seen.loop(settings, "endpointslice-controller")
                        .follow(slices, EndpointSliceController::concerned)
                        .follow(nodes, node -> Stream.empty())
                        .start(this::reconcile);
    }

    /// Starts it.
    public static EndpointSliceController start(LoopSettings settings) {
        return new EndpointSliceController(settings);
    }

    @Override
    public void close() {
        loop.close();
    }

    private static boolean isOurs(EndpointSlice slice) {
        return SlicePlan.MANAGER.equals(Selectors.labels(slice).get(SlicePlan.MANAGED));
    }

    private static Stream<ObjectKey> concerned(EndpointSlice slice) {
        String service = Selectors.labels(slice).getOrDefault(SlicePlan.SERVICE, "");
        return service.isEmpty() || !isOurs(slice)
                ? Stream.empty()
                : Stream.of(new ObjectKey(slice.getMetadata().getNamespace(), service));
    }

    private Outcome reconcile(ObjectKey key) {
        Image<EndpointSlice> image = slices.image();
        Optional<ServiceView> service =
                seen.services()
                        .image()
                        .get(key)
                        .filter(each -> each.getMetadata().getDeletionTimestamp() == null)
                        .map(ServiceView::new)
                        .filter(ServiceView::selects);
        if (service.isEmpty()) {
            pending.forget(key);
            return new Outcome.Done();
        }
        if (!pending.isIn(image, key)) {
            return new Outcome.Again(LoopSettings.NEXT_LOOK);
        }
        List<EndpointSlice> own =
                image.values().stream()
                        .filter(slice -> slice.getMetadata().getDeletionTimestamp() == null)
                        .filter(slice -> concerned(slice).anyMatch(key::equals))
                        .toList();
        SlicePlan plan =
                SlicePlan.of(
                        service.get(),
                        service.get().pods(seen.pods().image().values()),
                        name ->
                                name.isEmpty()
                                        ? Optional.empty()
                                        : nodes.image().get(ObjectKey.of(name)),
                        own);
        carryOut(key, plan);
        return new Outcome.Done();
    }

    private void carryOut(ObjectKey key, SlicePlan plan) {
        for (EndpointSlice slice : plan.create()) {
            try {
                pending.wrote(key, cluster.create(Kinds.ENDPOINT_SLICES, slice));
            } catch (ApiException e) {
                if (!PodControl.isOfEndingNamespace(e)) {
                    throw e;
                }
            }
        }
        for (EndpointSlice slice : plan.update()) {
            pending.wrote(key, cluster.update(Kinds.ENDPOINT_SLICES, slice));
        }
        for (EndpointSlice slice : plan.delete()) {
            String uid = slice.getMetadata().getUid();
            cluster.delete(
                    Kinds.ENDPOINT_SLICES,
                    ObjectKey.of(slice),
                    new DeleteOptions(Optional.empty(), Optional.of(uid)));
            pending.deleted(key, uid);
        }
    }
}
