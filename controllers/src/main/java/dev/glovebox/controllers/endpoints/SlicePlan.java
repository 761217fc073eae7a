package dev.glovebox.controllers.endpoints;

import dev.glovebox.cluster.Selectors;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// What is to be done so that slices say where the pods of a Service are. What a slice says that is
/// still true it goes on to say; new endpoints fill slices that are changed anyhow, then new ones.
/// Pure. Source: `k8s.io/endpointslice`.
record SlicePlan(
        List<EndpointSlice> create, List<EndpointSlice> update, List<EndpointSlice> delete) {
    static final String SERVICE = "kubernetes.io/service-name";
    static final String MANAGED = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";

    /// Most endpoints in one slice.
    static final int MOST = 100;

    private static final String ZONE = "topology.kubernetes.io/zone";

    SlicePlan {
        create = List.copyOf(create);
        update = List.copyOf(update);
        delete = List.copyOf(delete);
    }

    /// Plans.
    ///
    /// @param pods that the Service selects
    /// @param nodes by name
    /// @param known slices that say of themselves that they are the Service's and ours
    static SlicePlan of(
            ServiceView service,
            Collection<Pod> pods,
            Function<String, Optional<Node>> nodes,
            Collection<EndpointSlice> known) {
        List<EndpointSlice> slices = known.stream().map(SlicePlan::whole).toList();
        Owner owner = Owner.of(service.service(), any -> false);
        Planning planning = new Planning(service, owner);
        slices.stream()
                .filter(slice ->
                        !owner.controls(slice)
                                || !service.families().contains(slice.getAddressType()))
                .forEach(planning.delete::add);
        for (String family : service.families()) {
            planning.family(
                    family,
                    wanted(service, pods, nodes, family),
                    slices.stream()
                            .filter(owner::controls)
                            .filter(slice -> family.equals(slice.getAddressType()))
                            .toList());
        }
        return new SlicePlan(planning.create, planning.update, planning.delete);
    }

    /// The API writes null for a list without items.
    private static EndpointSlice whole(EndpointSlice slice) {
        return new EndpointSliceBuilder(slice)
                .withPorts(Objects.requireNonNullElse(slice.getPorts(), List.of()))
                .withEndpoints(Objects.requireNonNullElse(slice.getEndpoints(), List.of()))
                .build();
    }

    /// Endpoints by the ports that they have.
    private static Map<List<EndpointPort>, List<Endpoint>> wanted(
            ServiceView service,
            Collection<Pod> pods,
            Function<String, Optional<Node>> nodes,
            String family) {
        Map<List<EndpointPort>, List<Endpoint>> wanted = new LinkedHashMap<>();
        pods.stream()
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .forEach(pod -> {
                    String name = Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
                    Optional<Node> node = nodes.apply(name);
                    if (node.isPresent() || service.publishesNotReady()) {
                        ServiceView.address(pod, family)
                                .map(address -> endpoint(service, pod, address, node))
                                .ifPresent(endpoint ->
                                        wanted.computeIfAbsent(
                                                        ports(service, pod),
                                                        any -> new ArrayList<>())
                                                .add(endpoint));
                    }
                });
        return wanted;
    }

    private static List<EndpointPort> ports(ServiceView service, Pod pod) {
        return service.ports(pod).stream()
                .map(port ->
                        new EndpointPortBuilder()
                                .withName(port.name())
                                .withPort(port.number())
                                .withProtocol(port.protocol())
                                .withAppProtocol(port.appProtocol().orElse(null))
                                .build())
                .toList();
    }

    private static Endpoint endpoint(
            ServiceView service, Pod pod, String address, Optional<Node> node) {
        boolean serving = PodFacts.isReady(pod);
        boolean terminating = PodFacts.isLeaving(pod);
        boolean ready = service.publishesNotReady() || (serving && !terminating);
        return new EndpointBuilder()
                .withAddresses(address)
                .withNewConditions(ready, serving, terminating)
                .withHostname(service.names(pod) ? pod.getSpec().getHostname() : null)
                .withNodeName(pod.getSpec().getNodeName())
                .withTargetRef(
                        new ObjectReferenceBuilder()
                                .withKind("Pod")
                                .withNamespace(pod.getMetadata().getNamespace())
                                .withName(pod.getMetadata().getName())
                                .withUid(pod.getMetadata().getUid())
                                .build())
                .withZone(node.map(Selectors::labels).map(labels -> labels.get(ZONE)).orElse(null))
                .build();
    }

    /// The plan as it grows.
    private static final class Planning {
        private final ServiceView service;
        private final Owner owner;
        private final List<EndpointSlice> create = new ArrayList<>();
        private final List<EndpointSlice> update = new ArrayList<>();
        private final List<EndpointSlice> delete = new ArrayList<>();

        Planning(ServiceView service, Owner owner) {
            this.service = service;
            this.owner = owner;
        }

        void family(
                String family,
                Map<List<EndpointPort>, List<Endpoint>> wanted,
                List<EndpointSlice> slices) {
            // A Service without pods has one slice, which says so.
            Map<List<EndpointPort>, List<Endpoint>> all =
                    wanted.isEmpty() ? Map.of(List.of(), List.of()) : wanted;
            int before = create.size();
            slices.stream()
                    .filter(slice -> !all.containsKey(slice.getPorts()))
                    .forEach(delete::add);
            all.forEach((ports, endpoints) ->
                    ports(
                            family,
                            ports,
                            endpoints,
                            slices.stream()
                                    .filter(slice -> slice.getPorts().equals(ports))
                                    .toList()));
            reuse(slices, create.subList(before, create.size()));
        }

        /// Slices that are to go say what new ones were to say, so that a Service has never one too
        /// many in between, nor none.
        private void reuse(List<EndpointSlice> slices, List<EndpointSlice> made) {
            for (EndpointSlice slice : slices) {
                if (!made.isEmpty() && delete.remove(slice)) {
                    EndpointSlice next = made.removeLast();
                    update.add(
                            new EndpointSliceBuilder(slice)
                                    .editMetadata()
                                    .withLabels(labels())
                                    .endMetadata()
                                    .withPorts(next.getPorts())
                                    .withEndpoints(next.getEndpoints())
                                    .build());
                }
            }
        }

        private void ports(
                String family,
                List<EndpointPort> ports,
                List<Endpoint> endpoints,
                List<EndpointSlice> slices) {
            Map<String, Endpoint> missing = new LinkedHashMap<>();
            endpoints.forEach(each -> missing.put(uid(each), each));
            Map<EndpointSlice, List<Endpoint>> next = new LinkedHashMap<>();
            for (EndpointSlice slice : slices) {
                List<Endpoint> kept = new ArrayList<>();
                for (Endpoint old : slice.getEndpoints()) {
                    Endpoint now = missing.remove(uid(old));
                    if (now != null && kept.size() < MOST) {
                        kept.add(now);
                    }
                }
                next.put(slice, kept);
            }
            List<Endpoint> left = new ArrayList<>(missing.values());
            fill(next, left);
            settle(next, left.isEmpty() && endpoints.isEmpty());
            for (int from = 0; from < left.size(); from += MOST) {
                create.add(
                        slice(
                                family,
                                ports,
                                left.subList(from, Math.min(left.size(), from + MOST))));
            }
            if (endpoints.isEmpty() && slices.isEmpty()) {
                create.add(slice(family, ports, List.of()));
            }
        }

        private static String uid(Endpoint endpoint) {
            return endpoint.getTargetRef() == null
                    ? endpoint.getAddresses().toString()
                    : String.valueOf(endpoint.getTargetRef().getUid());
        }

        /// Slices that change anyhow come first.
        private void fill(Map<EndpointSlice, List<Endpoint>> next, List<Endpoint> left) {
            next.entrySet().stream()
                    .sorted(
                            Comparator.comparing(
                                    each -> each.getKey().getEndpoints().equals(each.getValue())))
                    .forEach(each -> {
                        int room = Math.clamp(left.size(), 0, MOST - each.getValue().size());
                        List<Endpoint> some = left.subList(0, room);
                        each.getValue().addAll(some);
                        some.clear();
                    });
        }

        /// @param none whether the Service has no endpoints of these ports: one slice says so
        private void settle(Map<EndpointSlice, List<Endpoint>> next, boolean none) {
            boolean told = false;
            for (Map.Entry<EndpointSlice, List<Endpoint>> each : next.entrySet()) {
                if (each.getValue().isEmpty() && (!none || told)) {
                    delete.add(each.getKey());
                    continue;
                }
                told = true;
                EndpointSlice changed =
                        new EndpointSliceBuilder(each.getKey())
                                .editMetadata()
                                .withLabels(labels())
                                .endMetadata()
                                .withEndpoints(each.getValue())
                                .build();
                if (!changed.equals(each.getKey())) {
                    update.add(changed);
                }
            }
        }

        private Map<String, String> labels() {
            Map<String, String> labels = new HashMap<>(service.labels());
            labels.put(SERVICE, owner.key().name());
            labels.put(MANAGED, MANAGER);
            return labels;
        }

        private EndpointSlice slice(
                String family, List<EndpointPort> ports, List<Endpoint> endpoints) {
            return new EndpointSliceBuilder()
                    .withNewMetadata()
                    .withNamespace(owner.key().namespace())
                    .withGenerateName(owner.key().name() + "-")
                    .withLabels(labels())
                    .withOwnerReferences(owner.reference())
                    .endMetadata()
                    .withAddressType(family)
                    .withPorts(ports)
                    .withEndpoints(endpoints)
                    .build();
        }
    }
}
