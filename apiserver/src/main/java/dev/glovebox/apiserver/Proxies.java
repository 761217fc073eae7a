package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Says where requests for `nodes/proxy`, `pods/proxy` and `services/proxy` go. Only pods are gone
/// to, and the kubelet API of nodes: an address that somebody wrote into an object is not enough
/// for that, and the node of a pod is asked for it before it is used.
final class Proxies {
    private static final Set<String> METHODS =
            Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");

    /// Segments of `/api/v1/namespaces/a/pods/p/proxy` and of `/api/v1/nodes/n/proxy`, with the
    /// empty one before the first slash.
    private static final int NAMESPACED = 8;

    private static final int CLUSTER_WIDE = 6;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int LAST_PORT = 65_535;

    private final Registry registry;

    Proxies(Registry registry) {
        this.registry = registry;
    }

    /// Where a request goes.
    ///
    /// @throws ApiException when it names nothing that may be gone to
    Answer answer(Call call, Route route) {
        if (!METHODS.contains(call.method())) {
            throw Refusals.methodNotAllowed();
        }
        if (call.query().containsKey("dryRun")) {
            throw Refusals.badRequest("dryRun is not supported");
        }
        Place place = Place.parse(route);
        Route object = route.named(place.name()).object();
        Answer.Destination to =
                switch (route.kind().names().plural()) {
                    case "pods" -> pod(registry.object(object), place);
                    case "services" -> service(object, place);
                    default -> node(registry.object(object), place);
                };
        List<String> parts = List.of(call.path().split("/", -1));
        int end = route.kind().namespaced() ? NAMESPACED : CLUSTER_WIDE;
        return new Answer.Proxied(
                to,
                String.join("/", parts.subList(0, end)),
                path(parts.subList(end, parts.size())));
    }

    /// A name with a port and a scheme, as in `https:web:8443`.
    ///
    /// @param tls whether the scheme is `https`
    /// @param port empty for the usual one
    private record Place(boolean tls, String name, String port) {
        static Place parse(Route route) {
            String[] parts = route.name().split(":", -1);
            String scheme = parts.length == 3 ? parts[0] : "";
            String name = parts.length == 3 ? parts[1] : parts[0];
            if (parts.length > 3
                    || name.isEmpty()
                    || !Set.of("", "http", "https").contains(scheme)) {
                throw Refusals.badRequest(
                        "invalid %s request \"%s\""
                                .formatted(route.kind().names().singular(), route.name()));
            }
            return new Place(
                    scheme.equals("https"), name, parts.length > 1 ? parts[parts.length - 1] : "");
        }

        /// The port as a number; empty for a name.
        Optional<Integer> number() {
            return port.matches("[0-9]{1,5}")
                    ? Optional.of(Integer.parseInt(port))
                    : Optional.empty();
        }
    }

    private static Answer.Destination pod(ObjectNode pod, Place place) {
        int port =
                place.port().isEmpty()
                        ? firstPort(pod).orElse(place.tls() ? HTTPS : HTTP)
                        : place.number()
                                .filter(number -> number >= 1 && number <= LAST_PORT)
                                .orElseThrow(() ->
                                        Refusals.badRequest(
                                                "invalid port \"%s\" of a pod"
                                                        .formatted(place.port())));
        return at(pod, pod.path("status").path("podIP").asText(), place.tls(), port);
    }

    private static Optional<Integer> firstPort(JsonNode pod) {
        for (JsonNode container : pod.path("spec").path("containers")) {
            if (!container.path("ports").isEmpty()) {
                return Optional.of(container.at("/ports/0/containerPort").asInt());
            }
        }
        return Optional.empty();
    }

    private static Answer.Destination at(JsonNode pod, String address, boolean tls, int port) {
        String node = pod.path("spec").path("nodeName").asText();
        if (node.isEmpty() || !isProxyable(address)) {
            throw notAllowed();
        }
        return new Answer.Destination.Pod(
                tls, node, pod.path("metadata").path("uid").asText(), address, port);
    }

    private static ApiException notAllowed() {
        return Refusals.badRequest("address not allowed");
    }

    /// Whether an address is one that a pod may have: not of this machine alone, and of one host.
    static boolean isProxyable(String address) {
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            boolean broadcast = Arrays.equals(parsed.getAddress(), new byte[] {-1, -1, -1, -1});
            return !(parsed.isLoopbackAddress()
                    || parsed.isLinkLocalAddress()
                    || parsed.isAnyLocalAddress()
                    || parsed.isMulticastAddress()
                    || broadcast);
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private Answer.Destination service(Route object, Place place) {
        String port =
                place.number().isPresent() ? portName(object, place.number().get()) : place.port();
        ObjectNode endpoints =
                registry.find("", "endpoints", object.namespace(), object.name())
                        .orElseThrow(() ->
                                new ApiException(
                                        StatusReason.NOT_FOUND,
                                        "endpoints \"%s\" not found".formatted(object.name()),
                                        new ApiException.Details(
                                                object.name(), "", "endpoints", List.of())));
        List<JsonNode> subsets = shuffled(endpoints.path("subsets"));
        if (subsets.isEmpty()) {
            throw none(object.name());
        }
        return subsets.stream()
                .flatMap(subset -> destinations(object, subset, port, place.tls()).stream())
                .findFirst()
                .orElseThrow(() -> none(endpointsOf(place)));
    }

    private static String endpointsOf(Place place) {
        return place.port().isEmpty() ? place.name() : place.name() + ":" + place.port();
    }

    private String portName(Route service, int number) {
        for (JsonNode port : registry.object(service).path("spec").path("ports")) {
            if (port.path("port").asInt() == number) {
                return port.path("name").asText();
            }
        }
        throw unavailable(
                "no service port %d found for service \"%s\"".formatted(number, service.name()));
    }

    /// The pods behind a port of a subset, those that are ready, in any order.
    private List<Answer.Destination> destinations(
            Route service, JsonNode subset, String port, boolean tls) {
        List<Answer.Destination> found = new ArrayList<>();
        for (JsonNode each : subset.path("ports")) {
            if (each.path("name").asText().equals(port)) {
                for (JsonNode address : shuffled(subset.path("addresses"))) {
                    target(service, address)
                            .map(pod ->
                                    at(
                                            pod,
                                            address.path("ip").asText(),
                                            tls,
                                            each.path("port").asInt()))
                            .ifPresent(found::add);
                }
            }
        }
        return found;
    }

    /// The pod of the service's namespace that an endpoint is; empty where it is something else.
    private Optional<ObjectNode> target(Route service, JsonNode address) {
        JsonNode target = address.path("targetRef");
        String ip = address.path("ip").asText();
        return Optional.of(target.path("name").asText())
                .filter(name -> target.path("namespace").asText().equals(service.namespace()))
                .filter(name -> !name.isEmpty() && isProxyable(ip))
                .flatMap(name -> registry.find("", "pods", service.namespace(), name))
                .filter(pod -> !pod.path("spec").path("nodeName").asText().isEmpty())
                .filter(pod -> hasAddress(pod, ip));
    }

    private static boolean hasAddress(JsonNode pod, String ip) {
        for (JsonNode each : pod.path("status").path("podIPs")) {
            if (each.path("ip").asText().equals(ip)) {
                return true;
            }
        }
        return false;
    }

    private static List<JsonNode> shuffled(JsonNode list) {
        List<JsonNode> shuffled = new ArrayList<>();
        list.forEach(shuffled::add);
        Collections.shuffle(shuffled);
        return shuffled;
    }

    private static ApiException none(String service) {
        return unavailable("no endpoints available for service \"%s\"".formatted(service));
    }

    private static ApiException unavailable(String message) {
        return new ApiException(StatusReason.SERVICE_UNAVAILABLE, message);
    }

    /// A node's kubelet API alone; other ports of nodes are none of ours.
    private static Answer.Destination node(ObjectNode node, Place place) {
        String kubelet = node.at("/status/daemonEndpoints/kubeletEndpoint/Port").asText();
        if (!place.port().isEmpty() && !place.port().equals(kubelet)) {
            throw notAllowed();
        }
        return new Answer.Destination.Node(node.path("metadata").path("name").asText());
    }

    /// What follows the part that names the destination, without what would lead out of it.
    private static String path(List<String> rest) {
        if (rest.isEmpty()) {
            return "";
        }
        Deque<String> clean = new ArrayDeque<>();
        for (String part : rest) {
            if (part.equals("..")) {
                clean.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                clean.addLast(part);
            }
        }
        boolean slash = rest.getLast().isEmpty() && !clean.isEmpty();
        return clean.stream().collect(Collectors.joining("/", "/", slash ? "/" : ""));
    }
}
