package dev.glovebox.node.services;

import dev.glovebox.network.Family;
import dev.glovebox.network.HostPort;
import dev.glovebox.network.Ranges;
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
    private final Ranges ranges;

    /// @param pods of all nodes
    /// @param ranges of the Services' addresses; others are not served
    ServiceCompiler(
            Collection<Service> services,
            Collection<EndpointSlice> slices,
            Collection<Pod> pods,
            Ranges ranges) {
        this.services = services;
        this.ranges = ranges;
        this.slices = ServiceFacts.byOwner(slices);
        pods.stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .forEach(pod ->
                        podsOfNodes
                                .computeIfAbsent(pod.getSpec().getNodeName(), _ -> new TreeSet<>())
                                .addAll(PodFacts.addresses(pod)));
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
                    String node =
                            Family.of(port.address())
                                    + " "
                                    + port.protocol()
                                    + " "
                                    + port.nodePort();
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
        return ServiceFacts.addresses(service).stream()
                .filter(ranges::contains)
                .flatMap(address ->
                        PodFacts.orEmpty(service.getSpec().getPorts()).stream()
                                .flatMap(port -> port(service, address, port).stream()));
    }

    private Optional<ServiceTable.Port> port(Service service, String address, ServicePort port) {
        Family family = Family.of(address);
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
                        choices(service, family, backends(service, family, port))));
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
    private List<Placed> backends(Service service, Family family, ServicePort port) {
        List<Placed> ready = backends(service, family, port, ServiceFacts::isReady);
        return ready.isEmpty()
                ? backends(service, family, port, ServiceFacts::isServingItsEnd)
                : ready;
    }

    private List<Placed> backends(
            Service service, Family family, ServicePort port, Predicate<Endpoint> which) {
        List<Placed> found = new ArrayList<>();
        for (EndpointSlice slice : slices.getOrDefault(ServiceFacts.key(service), List.of())) {
            if (!family.word().equals(slice.getAddressType())) {
                continue;
            }
            Optional<Integer> number =
                    ServiceFacts.port(slice, port.getName(), port.getProtocol())
                            .filter(each -> each > 0);
            number.ifPresent(to ->
                    ServiceFacts.endpoints(slice).stream()
                            .filter(which)
                            .forEach(endpoint ->
                                    ServiceFacts.address(slice, endpoint)
                                            .map(at -> new ServiceTable.Backend(at, to))
                                            .map(at -> new Placed(at, endpoint.getNodeName()))
                                            .ifPresent(found::add)));
        }
        return found;
    }

    /// All for everybody; or for pods those of their own node, and all for the machine itself,
    /// which is every node.
    private List<ServiceTable.Choice> choices(Service service, Family family, List<Placed> placed) {
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
                                pods.stream().filter(each -> Family.of(each) == family).toList(),
                                placed.stream()
                                        .filter(each -> node.equals(each.node()))
                                        .map(Placed::backend)
                                        .toList())));
        choices.add(new ServiceTable.Choice(ServiceTable.Who.NO_POD, List.of(), all));
        return choices;
    }
}
