package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Finds a server behind a Service. Nothing in an engine carries traffic for the Service's own
/// address, so one of its ready endpoints is taken at random, as Kubernetes does with
/// `--enable-aggregator-routing`. Source: apiserver's `util/proxy.ResolveEndpoint`.
final class ServiceTargets {
    private static final Set<String> TYPES = Set.of("ClusterIP", "NodePort", "LoadBalancer");

    private final ObjectLookup objects;

    ServiceTargets(ObjectLookup objects) {
        this.objects = objects;
    }

    /// Where somebody is who serves that port of the Service.
    ///
    /// @throws IOException in Kubernetes' words, when there is nobody
    InetSocketAddress find(Endpoint.Place.Service place) throws IOException {
        JsonNode service =
                objects.find("", "services", place.namespace(), place.name())
                        .orElseThrow(() ->
                                new IOException(
                                        "service \"%s\" not found".formatted(place.name())));
        String type = service.path("spec").path("type").asText("ClusterIP");
        if (!TYPES.contains(type)) {
            throw new IOException("unsupported service type \"%s\"".formatted(type));
        }
        String port = port(service, place);
        List<InetSocketAddress> ready = new ArrayList<>();
        for (JsonNode slice : slices(place)) {
            ready.addAll(ready(slice, port));
        }
        if (ready.isEmpty()) {
            throw new IOException(
                    "no endpoints available for service \"%s\"".formatted(place.name()));
        }
        return ready.get(ThreadLocalRandom.current().nextInt(ready.size()));
    }

    private static String port(JsonNode service, Endpoint.Place.Service place) throws IOException {
        for (JsonNode port : service.path("spec").path("ports")) {
            if (port.path("port").asInt() == place.port()) {
                return port.path("name").asText();
            }
        }
        throw new IOException(
                "no service port %d found for service \"%s\""
                        .formatted(place.port(), place.name()));
    }

    private List<JsonNode> slices(Endpoint.Place.Service place) {
        List<JsonNode> slices = new ArrayList<>();
        for (JsonNode slice :
                objects.all("discovery.k8s.io", "endpointslices", place.namespace())) {
            JsonNode of = slice.path("metadata").path("labels").path("kubernetes.io/service-name");
            if (of.asText().equals(place.name())) {
                slices.add(slice);
            }
        }
        return slices;
    }

    private static List<InetSocketAddress> ready(JsonNode slice, String port) {
        List<InetSocketAddress> ready = new ArrayList<>();
        for (JsonNode each : slice.path("ports")) {
            if (!each.path("name").asText().equals(port) || !each.path("port").isNumber()) {
                continue;
            }
            for (JsonNode endpoint : slice.path("endpoints")) {
                String address = endpoint.path("addresses").path(0).asText();
                if (endpoint.path("conditions").path("ready").asBoolean(true) && isIp(slice)) {
                    ready.add(
                            new InetSocketAddress(
                                    InetAddress.ofLiteral(address), each.path("port").asInt()));
                }
            }
        }
        return ready;
    }

    private static boolean isIp(JsonNode slice) {
        String type = slice.path("addressType").asText();
        return type.equals("IPv4") || type.equals("IPv6");
    }
}
