package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about the ports of a Service.
final class ServicePortRules {
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private ServicePortRules() {}

    static void check(JsonNode ports, Path path, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            name(ports.get(i), ports.size() > 1, names, path.index(i).field("name"), errors);
            port(ports.get(i), path.index(i), errors);
        }
    }

    private static void name(
            JsonNode port, boolean required, Set<String> names, Path path, FieldErrors errors) {
        String name = port.path("name").asText();
        if (name.isEmpty()) {
            if (required) {
                errors.required(path, "");
            }
            return;
        }
        errors.invalid(path, name, Words.label(name));
        if (!names.add(name)) {
            errors.duplicate(path, name);
        }
    }

    private static void port(JsonNode port, Path path, FieldErrors errors) {
        number(port.path("port"), path.field("port"), errors);
        String protocol = port.path("protocol").asText();
        if (protocol.isEmpty()) {
            errors.required(path.field("protocol"), "");
        } else if (!PROTOCOLS.contains(protocol)) {
            errors.unsupported(path.field("protocol"), protocol, PROTOCOLS);
        }
        JsonNode target = port.path("targetPort");
        if (target.isTextual()) {
            errors.invalid(
                    path.field("targetPort"), target.asText(), Words.portName(target.asText()));
        } else {
            number(target, path.field("targetPort"), errors);
        }
        if (port.has("appProtocol")) {
            String application = port.path("appProtocol").asText();
            errors.invalid(
                    path.field("appProtocol"), application, Words.qualifiedName(application));
        }
    }

    private static void number(JsonNode number, Path path, FieldErrors errors) {
        JsonNode shown =
                number.isNumber() ? number : JsonNodeFactory.instance.numberNode(number.asInt());
        Words.portNumber(shown.asLong()).forEach(wrong -> errors.invalid(path, shown, wrong));
    }

    /// No two ports may be the same, neither inside nor on the nodes.
    static void checkDuplicates(JsonNode ports, Path path, FieldErrors errors) {
        Set<String> nodePorts = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            long node = port.path("nodePort").asLong();
            if (node != 0 && !nodePorts.add(port.path("protocol").asText() + "/" + node)) {
                errors.duplicate(path.index(i).field("nodePort"), port.path("nodePort"));
            }
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            if (!seen.add(port.path("protocol").asText() + "/" + port.path("port").asLong())) {
                errors.duplicate(path.index(i), key(port));
            }
        }
    }

    /// What Kubernetes compares: a port with nothing but its number and protocol.
    private static JsonNode key(JsonNode port) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", "")
                .put("protocol", port.path("protocol").asText())
                .putNull("appProtocol")
                .put("port", port.path("port").asLong())
                .put("targetPort", 0)
                .put("nodePort", 0);
    }
}
