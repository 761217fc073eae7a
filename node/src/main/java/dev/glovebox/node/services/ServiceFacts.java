package dev.glovebox.node.services;

import dev.glovebox.network.Cidr;
import dev.glovebox.network.Family;
import dev.glovebox.network.HostPort;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What Services and their slices say, where the API lets them leave it out. Pure.
public final class ServiceFacts {
    private static final String OF_SERVICE = "kubernetes.io/service-name";
    private static final String NONE = "None";
    private static final List<Cidr> NOWHERE =
            List.of(
                    new Cidr("0.0.0.0/8"),
                    new Cidr("127.0.0.0/8"),
                    new Cidr("169.254.0.0/16"),
                    new Cidr("224.0.0.0/3"),
                    new Cidr("::/127"),
                    new Cidr("fe80::/10"),
                    new Cidr("ff00::/8"));

    private ServiceFacts() {}

    /// The Service's addresses, at most one a family, the usual first; empty for one that has none.
    public static List<String> addresses(Service service) {
        if (isName(service)) {
            return List.of();
        }
        List<String> all = PodFacts.orEmpty(service.getSpec().getClusterIPs());
        String first = service.getSpec().getClusterIP();
        return (all.isEmpty() && first != null ? List.of(first) : all)
                .stream().flatMap(each -> Family.spelled(each).stream()).toList();
    }

    /// Whether clients are told its endpoints instead of an address.
    public static boolean isHeadless(Service service) {
        return !isName(service) && NONE.equals(service.getSpec().getClusterIP());
    }

    /// Whether it is another name for something outside.
    public static boolean isName(Service service) {
        return "ExternalName".equals(service.getSpec().getType());
    }

    /// As `namespace/name`; empty for one that says of none.
    private static String owner(EndpointSlice slice) {
        ObjectMeta meta = slice.getMetadata();
        String name = labels(meta).getOrDefault(OF_SERVICE, "");
        return name.isEmpty() ? "" : meta.getNamespace() + "/" + name;
    }

    /// Slices of IP addresses by the [#key] of the Service that each belongs to.
    public static Map<String, List<EndpointSlice>> byOwner(Collection<EndpointSlice> slices) {
        return slices.stream()
                .filter(slice -> Family.named(slice.getAddressType()).isPresent())
                .collect(Collectors.groupingBy(ServiceFacts::owner));
    }

    /// A Service's own key: `namespace/name`.
    public static String key(Service service) {
        return service.getMetadata().getNamespace() + "/" + service.getMetadata().getName();
    }

    /// Whether an endpoint takes connections.
    public static boolean isReady(Endpoint endpoint) {
        EndpointConditions conditions = endpoint.getConditions();
        return conditions == null || !Boolean.FALSE.equals(conditions.getReady());
    }

    /// Whether it still answers while it ends.
    static boolean isServingItsEnd(Endpoint endpoint) {
        EndpointConditions conditions = endpoint.getConditions();
        return conditions != null
                && Boolean.TRUE.equals(conditions.getServing())
                && Boolean.TRUE.equals(conditions.getTerminating());
    }

    /// An endpoint's address, of its slice's family; empty for one that nobody can be sent to.
    /// Whoever may write slices must not lead anybody to a machine's own loopback.
    public static Optional<String> address(EndpointSlice slice, Endpoint endpoint) {
        return PodFacts.orEmpty(endpoint.getAddresses()).stream()
                .findFirst()
                .flatMap(Family::spelled)
                .filter(each -> Family.of(each).word().equals(slice.getAddressType()))
                .filter(address -> NOWHERE.stream().noneMatch(each -> each.contains(address)));
    }

    /// The transport; empty for one that Services do not carry here.
    public static Optional<HostPort.Protocol> protocol(@Nullable String word) {
        return switch (Objects.requireNonNullElse(word, "TCP")) {
            case "TCP" -> Optional.of(HostPort.Protocol.TCP);
            case "UDP" -> Optional.of(HostPort.Protocol.UDP);
            default -> Optional.empty();
        };
    }

    /// The number that a slice has for a port of its Service; empty where it has none.
    public static Optional<Integer> port(
            EndpointSlice slice, @Nullable String name, @Nullable String protocol) {
        return ports(slice).stream()
                .filter(port -> word(port.getName()).equals(word(name)))
                .filter(port -> protocol(port.getProtocol()).equals(protocol(protocol)))
                .map(EndpointPort::getPort)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /// A slice's ports; none where it says nothing of them.
    public static List<EndpointPort> ports(EndpointSlice slice) {
        return PodFacts.orEmpty(slice.getPorts());
    }

    /// A slice's endpoints; none where it says nothing of them.
    public static List<Endpoint> endpoints(EndpointSlice slice) {
        return PodFacts.orEmpty(slice.getEndpoints());
    }

    private static String word(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static Map<String, String> labels(ObjectMeta meta) {
        return meta.getLabels() == null ? Map.of() : meta.getLabels();
    }
}
