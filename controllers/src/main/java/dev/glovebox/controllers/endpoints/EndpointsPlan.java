package dev.glovebox.controllers.endpoints;

import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The Endpoints of a Service, for those who do not know slices. Pure. Source:
/// kube-controller-manager's `endpoints_controller.go`.
final class EndpointsPlan {
    static final String MANAGED = "endpoints.kubernetes.io/managed-by";
    static final String MANAGER = "endpoint-controller";
    private static final String CAPACITY = "endpoints.kubernetes.io/over-capacity";

    /// Most addresses in one object; the ready ones come first.
    private static final int MOST = 1000;

    private EndpointsPlan() {}

    /// The object as it is to be.
    ///
    /// @param pods that the Service selects
    /// @param now the object as it is, an empty one where there is none
    static Endpoints of(ServiceView service, Collection<Pod> pods, Endpoints now) {
        List<Pod> told =
                pods.stream()
                        .filter(pod -> service.publishesNotReady() || !PodFacts.isLeaving(pod))
                        .filter(pod -> ServiceView.address(pod, family(service)).isPresent())
                        .sorted(
                                Comparator.comparing((Pod pod) -> !isReady(service, pod))
                                        .thenComparing(pod -> pod.getMetadata().getName()))
                        .toList();
        Map<String, String> labels = new HashMap<>(service.labels());
        labels.put(MANAGED, MANAGER);
        EndpointsBuilder next =
                new EndpointsBuilder(now)
                        .editOrNewMetadata()
                        .withNamespace(service.service().getMetadata().getNamespace())
                        .withName(service.service().getMetadata().getName())
                        .withLabels(labels)
                        .removeFromAnnotations(CAPACITY)
                        .endMetadata()
                        .withSubsets(subsets(service, told.stream().limit(MOST).toList()));
        if (told.size() > MOST) {
            next.editMetadata().addToAnnotations(CAPACITY, "truncated").endMetadata();
        }
        return next.build();
    }

    private static String family(ServiceView service) {
        return service.families().getFirst();
    }

    private static boolean isReady(ServiceView service, Pod pod) {
        return service.publishesNotReady() || PodFacts.isReady(pod);
    }

    /// One for each set of ports that pods have.
    private static List<EndpointSubset> subsets(ServiceView service, List<Pod> pods) {
        Map<List<EndpointPort>, List<Pod>> byPorts = new LinkedHashMap<>();
        for (Pod pod : pods) {
            List<EndpointPort> ports = ports(service, pod);
            if (!ports.isEmpty() || service.spec().getPorts().isEmpty()) {
                byPorts.computeIfAbsent(ports, any -> new ArrayList<>()).add(pod);
            }
        }
        return byPorts.entrySet().stream()
                .map(each ->
                        new EndpointSubsetBuilder()
                                .withAddresses(addresses(service, each.getValue(), true))
                                .withNotReadyAddresses(addresses(service, each.getValue(), false))
                                .withPorts(each.getKey())
                                .build())
                .toList();
    }

    private static List<EndpointPort> ports(ServiceView service, Pod pod) {
        return service.ports(pod).stream()
                .map(port ->
                        new EndpointPortBuilder()
                                .withName(port.name().isEmpty() ? null : port.name())
                                .withPort(port.number())
                                .withProtocol(port.protocol())
                                .withAppProtocol(port.appProtocol().orElse(null))
                                .build())
                .toList();
    }

    private static List<EndpointAddress> addresses(
            ServiceView service, List<Pod> pods, boolean ready) {
        return pods.stream()
                .filter(pod -> isReady(service, pod) == ready)
                .map(pod -> address(service, pod))
                .sorted(Comparator.comparing(EndpointAddress::getIp))
                .toList();
    }

    private static EndpointAddress address(ServiceView service, Pod pod) {
        return new EndpointAddressBuilder()
                .withIp(ServiceView.address(pod, family(service)).orElseThrow())
                .withHostname(service.names(pod) ? pod.getSpec().getHostname() : null)
                .withNodeName(pod.getSpec().getNodeName())
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .build();
    }
}
