package dev.glovebox.controllers.endpoints;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Selectors;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.stream.Stream;

/// What both controllers of endpoints look at: Services, and pods as they concern them.
///
/// @param services all
/// @param pods all
record ServiceLoop(Reflector<Service> services, Reflector<Pod> pods) {
    static ServiceLoop of(LoopSettings settings) {
        return new ServiceLoop(
                settings.informers().of(Kinds.SERVICES), settings.informers().of(Resource.PODS));
    }

    /// A loop over keys of Services.
    ControlLoop.Builder<ObjectKey> loop(LoopSettings settings, String name) {
        return settings.<ObjectKey>loop(name)
                .follow(services, service -> Stream.of(ObjectKey.of(service)))
                .follow(pods, this::concerned);
    }

    private Stream<ObjectKey> concerned(Pod pod) {
        return services.image().values().stream()
                .filter(service ->
                        service.getMetadata()
                                .getNamespace()
                                .equals(pod.getMetadata().getNamespace()))
                .filter(service -> new ServiceView(service).selects())
                .filter(service -> Selectors.ofLabels(service.getSpec().getSelector()).test(pod))
                .map(ObjectKey::of);
    }
}
