package dev.glovebox.node.services;

import dev.glovebox.network.Cidr;
import dev.glovebox.network.HostPort;
import dev.glovebox.network.ServiceTable;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compiles Services as `core/v1` and kube-proxy have them. Pure.
final class ServiceCompiler {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceCompiler.class);
    private static final String LOCAL = "Local";

    private final Collection<Service> services;
    private final Map<String, List<EndpointSlice>> slices;
    private final Map<String, Set<String>> podsOfNodes = new TreeMap<>();
    private final Cidr range;

    /// @param pods of all nodes
    /// @param range of the Services' addresses; others are not served
    ServiceCompiler(
            Collection<Service> services,
            Collection<EndpointSlice> slices,
            Collection<Pod> pods,
            Cidr range) {
        this.services = services;
        this.range = range;
        this.slices = ServiceFacts.byOwner(slices);
        pods.stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .forEach(pod ->
                        PodFacts.address(pod)
                                .ifPresent(address ->
                                        podsOfNodes
                                                .computeIfAbsent(
                                                        pod.getSpec().getNodeName(),
                                                        _ -> new TreeSet<>())
                                                .add(address)));
    }

    /// Where they lead. Of two that have the same address and port the first by name is served: the
    /// API gives none twice.
    ServiceTable table() {
        List<ServiceTable.Port> ports = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        services.stream()
                .sorted(Comparator.comparing(ServiceFacts::key))
                .flatMap(this::served)
                .forEach(port -> {
                    String node = port.protocol() + " " + port.nodePort();
                    boolean free =
                            !taken.contains(node)
                                    && taken.add(
                                            port.protocol()
                                                    + " "
                                                    + port.address()
                                                    + " "
                                                    + port.port());
                    if (free) {
                        ports.add(port);
                        if (port.nodePort() > 0) {
                            taken.add(node);
                        }
                    }
                });
        return new ServiceTable(ports);
    }

    /// What cannot be compiled of one Service is nobody else's affair.
    private Stream<ServiceTable.Port> served(Service service) {
        try {
            return ports(service).toList().stream();
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.atWarn()
                    .addKeyValue("service", ServiceFacts.key(service))
                    .setCause(e)
                    .log("service left out");
            return Stream.of();
        }
    }

    private Stream<ServiceTable.Port> ports(Service service) {
        return ServiceFacts.address(service).filter(range::contains).stream()
                .flatMap(address ->
                        PodFacts.orEmpty(service.getSpec().getPorts()).stream()
                                .flatMap(port -> port(service, address, port).stream()));
    }

    private Optional<ServiceTable.Port> port(Service service, String address, ServicePort port) {
        Optional<HostPort.Protocol> protocol = ServiceFacts.protocol(port.getProtocol());
        return protocol.map(known ->
                new ServiceTable.Port(
                        address,
                        known,
                        port.getPort(),
                        nodePort(service, port),
                        "ClientIP".equals(service.getSpec().getSessionAffinity())
                                ? ServiceTable.Spread.BY_CLIENT
                                : ServiceTable.Spread.ANY,
                        choices(service, backends(service, port))));
    }

    private static int nodePort(Service service, ServicePort port) {
        boolean open =
                Set.of("NodePort", "LoadBalancer")
                        .contains(Objects.requireNonNullElse(service.getSpec().getType(), ""));
        return open ? Objects.requireNonNullElse(port.getNodePort(), 0) : 0;
    }

    /// A backend and the node that it is on, which may be none of ours.
    private record Placed(ServiceTable.Backend backend, @Nullable String node) {}

    /// Those that are ready; while none is, those that still answer while they end.
    private List<Placed> backends(Service service, ServicePort port) {
        List<Placed> ready = backends(service, port, ServiceFacts::isReady);
        return ready.isEmpty() ? backends(service, port, ServiceFacts::isServingItsEnd) : ready;
    }

    private List<Placed> backends(Service service, ServicePort port, Predicate<Endpoint> which) {
        List<Placed> found = new ArrayList<>();
        for (EndpointSlice slice : slices.getOrDefault(ServiceFacts.key(service), List.of())) {
            Optional<Integer> number =
                    ServiceFacts.port(slice, port.getName(), port.getProtocol())
                            .filter(each -> each > 0);
            number.ifPresent(to ->
                    ServiceFacts.endpoints(slice).stream()
                            .filter(which)
                            .forEach(endpoint ->
                                    ServiceFacts.address(endpoint)
                                            .map(at -> new ServiceTable.Backend(at, to))
                                            .map(at -> new Placed(at, endpoint.getNodeName()))
                                            .ifPresent(found::add)));
        }
        return found;
    }

    /// All for everybody; or for pods those of their own node, and all for the machine itself,
    /// which is every node.
    private List<ServiceTable.Choice> choices(Service service, List<Placed> placed) {
        List<ServiceTable.Backend> all = placed.stream().map(Placed::backend).toList();
        if (!LOCAL.equals(service.getSpec().getInternalTrafficPolicy())
                || podsOfNodes.size() <= 1) {
            return List.of(ServiceTable.Choice.everybody(all));
        }
        List<ServiceTable.Choice> choices = new ArrayList<>();
        podsOfNodes.forEach((node, pods) ->
                choices.add(
                        new ServiceTable.Choice(
                                ServiceTable.Who.LISTED,
                                List.copyOf(pods),
                                placed.stream()
                                        .filter(each -> node.equals(each.node()))
                                        .map(Placed::backend)
                                        .toList())));
        choices.add(new ServiceTable.Choice(ServiceTable.Who.NO_POD, List.of(), all));
        return choices;
    }
}
