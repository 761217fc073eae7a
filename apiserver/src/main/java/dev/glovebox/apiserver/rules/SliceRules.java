package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about EndpointSlices. Source: `discovery/validation`.
public final class SliceRules {
    private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final int MOST_ENDPOINTS = 1000;
    private static final int MOST_ADDRESSES = 100;
    private static final int MOST_PORTS = 20000;
    private static final int MOST_HINTS = 8;

    private SliceRules() {}

    /// Rules for one, whether new or changed.
    public static void check(JsonNode slice, FieldErrors errors) {
        String type = slice.path("addressType").asText();
        if (type.isEmpty()) {
            errors.required(Path.of("addressType"), "");
        } else if (!TYPES.contains(type)) {
            errors.unsupported(Path.of("addressType"), type, TYPES);
        }
        ports(slice.path("ports"), Path.of("ports"), errors);
    }

    /// Rules for the endpoints of a new one, and of one whose endpoints change.
    public static void checkEndpoints(JsonNode slice, FieldErrors errors) {
        String type = slice.path("addressType").asText();
        JsonNode endpoints = slice.path("endpoints");
        Path path = Path.of("endpoints");
        if (endpoints.size() > MOST_ENDPOINTS) {
            errors.tooMany(path, endpoints.size(), MOST_ENDPOINTS);
            return;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            endpoint(endpoints.get(i), type, path.index(i), errors);
        }
    }

    /// What must not change, the kind of addresses, and rules for what does.
    public static void checkUpdate(JsonNode slice, JsonNode old, FieldErrors errors) {
        if (!slice.path("endpoints").equals(old.path("endpoints"))) {
            checkEndpoints(slice, errors);
        }
        errors.immutable(
                Path.of("addressType"), slice.path("addressType"), old.path("addressType"));
    }

    private static void ports(JsonNode ports, Path path, FieldErrors errors) {
        if (ports.size() > MOST_PORTS) {
            errors.tooMany(path, ports.size(), MOST_PORTS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String name = port.path("name").asText();
            if (!name.isEmpty()) {
                errors.invalid(path.index(i).field("name"), name, Words.label(name));
            }
            if (!names.add(name)) {
                errors.duplicate(path.index(i).field("name"), name);
            }
            String protocol = port.path("protocol").asText();
            if (!PROTOCOLS.contains(protocol)) {
                errors.unsupported(path.index(i).field("protocol"), protocol, PROTOCOLS);
            }
            if (port.has("appProtocol")) {
                String text = port.path("appProtocol").asText();
                errors.invalid(path.index(i).field("appProtocol"), text, Words.qualifiedName(text));
            }
        }
    }

    private static void endpoint(JsonNode endpoint, String type, Path path, FieldErrors errors) {
        JsonNode addresses = endpoint.path("addresses");
        Path at = path.field("addresses");
        if (addresses.isEmpty()) {
            errors.required(at, "must contain at least 1 address");
        } else if (addresses.size() > MOST_ADDRESSES) {
            errors.tooMany(at, addresses.size(), MOST_ADDRESSES);
        }
        for (int i = 0; i < addresses.size(); i++) {
            if (type.equals("FQDN")) {
                name(addresses.get(i).asText(), at.index(i), errors);
            } else if (TYPES.contains(type)) {
                address(addresses.get(i).asText(), type, at, i, errors);
            }
        }
        if (endpoint.has("nodeName")) {
            String node = endpoint.path("nodeName").asText();
            errors.invalid(path.field("nodeName"), node, Words.subdomain(node));
        }
        if (endpoint.has("hostname")) {
            String host = endpoint.path("hostname").asText();
            errors.invalid(path.field("hostname"), host, Words.label(host));
        }
        hints(endpoint.path("hints"), path.field("hints"), errors);
    }

    private static void address(
            String text, String type, Path path, int index, FieldErrors errors) {
        if (!IpAddress.check(text, path.index(index), errors)) {
            return;
        }
        IpAddress address = IpAddress.parse(text).orElseThrow();
        if (type.equals("IPv6") && !address.text().equals(text)) {
            errors.invalid(
                    path.index(index),
                    text,
                    "must be in canonical form (\"" + address.text() + "\")");
            return;
        }
        if (!address.family().equals(type)) {
            errors.invalid(path, text, "must be an " + type + " address");
        }
        EndpointAddress.check(text, path.index(index), errors);
    }

    private static void name(String text, Path path, FieldErrors errors) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        List<String> wrong = Words.subdomain(name);
        if (text.isEmpty()) {
            errors.required(path, "");
        } else if (!wrong.isEmpty()) {
            errors.invalid(path, name, String.join(",", wrong));
        } else if (!name.contains(".")) {
            errors.invalid(
                    path, name, "should be a domain with at least two segments separated by dots");
        }
    }

    private static void hints(JsonNode hints, Path path, FieldErrors errors) {
        for (String field : List.of("forZones", "forNodes")) {
            JsonNode list = hints.path(field);
            if (list.size() > MOST_HINTS) {
                errors.tooMany(path.field(field), list.size(), MOST_HINTS);
                return;
            }
            Set<String> names = new HashSet<>();
            for (int i = 0; i < list.size(); i++) {
                Path at = path.field(field).index(i).field("name");
                String name = list.get(i).path("name").asText();
                if (!names.add(name)) {
                    errors.duplicate(at, name);
                }
                boolean zone = field.equals("forZones");
                errors.invalid(at, name, zone ? Words.labelValue(name) : Words.subdomain(name));
            }
        }
    }
}
