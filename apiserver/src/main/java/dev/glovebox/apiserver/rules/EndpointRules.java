package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about Endpoints. Source: `core/validation`, `ValidateEndpoints`.
public final class EndpointRules {
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private EndpointRules() {}

    /// Rules for a changed one: subsets that stay are not looked at.
    public static void checkUpdate(JsonNode endpoints, JsonNode old, FieldErrors errors) {
        if (!endpoints.path("subsets").equals(old.path("subsets"))) {
            check(endpoints, errors);
        }
    }

    /// Rules for a new one.
    public static void check(JsonNode endpoints, FieldErrors errors) {
        JsonNode subsets = endpoints.path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            subset(subsets.get(i), Path.of("subsets").index(i), errors);
        }
    }

    private static void subset(JsonNode subset, Path path, FieldErrors errors) {
        List<String> lists = List.of("addresses", "notReadyAddresses");
        if (lists.stream().allMatch(list -> subset.path(list).isEmpty())) {
            errors.required(path, "must specify `addresses` or `notReadyAddresses`");
        }
        for (String list : lists) {
            JsonNode addresses = subset.path(list);
            for (int i = 0; i < addresses.size(); i++) {
                address(addresses.get(i), path.field(list).index(i), errors);
            }
        }
        JsonNode ports = subset.path("ports");
        for (int i = 0; i < ports.size(); i++) {
            port(ports.get(i), ports.size() > 1, path.field("ports").index(i), errors);
        }
    }

    private static void address(JsonNode address, Path path, FieldErrors errors) {
        String ip = address.path("ip").asText();
        IpAddress.check(ip, path.field("ip"), errors);
        String host = address.path("hostname").asText();
        if (!host.isEmpty()) {
            errors.invalid(path.field("hostname"), host, Words.label(host));
        }
        if (address.has("nodeName")) {
            String node = address.path("nodeName").asText();
            errors.invalid(path.field("nodeName"), node, Words.subdomain(node));
        }
        EndpointAddress.check(ip, path.field("ip"), errors);
    }

    private static void port(JsonNode port, boolean named, Path path, FieldErrors errors) {
        String name = port.path("name").asText();
        if (!name.isEmpty()) {
            errors.invalid(path.field("name"), name, Words.label(name));
        } else if (named) {
            errors.required(path.field("name"), "");
        }
        Words.portNumber(port.path("port").asLong())
                .forEach(wrong -> errors.invalid(path.field("port"), port.path("port"), wrong));
        String protocol = port.path("protocol").asText();
        if (!PROTOCOLS.contains(protocol)) {
            errors.unsupported(path.field("protocol"), protocol, PROTOCOLS);
        }
        if (port.has("appProtocol")) {
            String application = port.path("appProtocol").asText();
            errors.invalid(
                    path.field("appProtocol"), application, Words.qualifiedName(application));
        }
    }
}
