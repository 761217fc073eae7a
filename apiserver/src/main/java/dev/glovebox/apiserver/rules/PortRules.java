package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about the ports of containers.
final class PortRules {
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private PortRules() {}

    static void check(JsonNode ports, Path path, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            Path at = path.index(i);
            name(port.path("name").asText(), at.field("name"), names, errors);
            long number = port.path("containerPort").asLong();
            if (number == 0) {
                errors.required(at.field("containerPort"), "");
            } else {
                Words.portNumber(number)
                        .forEach(wrong ->
                                errors.invalid(
                                        at.field("containerPort"),
                                        port.path("containerPort"),
                                        wrong));
            }
            if (port.path("hostPort").asLong() != 0) {
                Words.portNumber(port.path("hostPort").asLong())
                        .forEach(wrong ->
                                errors.invalid(at.field("hostPort"), port.path("hostPort"), wrong));
            }
            String protocol = port.path("protocol").asText();
            if (!PROTOCOLS.contains(protocol)) {
                errors.unsupported(at.field("protocol"), protocol, PROTOCOLS);
            }
            if (port.has("hostIP")) {
                String ip = port.path("hostIP").asText();
                errors.invalid(at.field("hostIP"), ip, Words.ip(ip));
            }
        }
    }

    /// No two containers of a pod may take the same port of the host.
    static void checkHostPorts(JsonNode containers, Path path, FieldErrors errors) {
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            JsonNode ports = containers.get(i).path("ports");
            for (int j = 0; j < ports.size(); j++) {
                JsonNode port = ports.get(j);
                String key =
                        port.path("protocol").asText()
                                + "/"
                                + port.path("hostIP").asText()
                                + "/"
                                + port.path("hostPort").asText();
                if (port.path("hostPort").asLong() != 0 && !taken.add(key)) {
                    errors.duplicate(path.index(i).field("ports").index(j).field("hostPort"), key);
                }
            }
        }
    }

    /// In the host's network a container's port is the host's.
    static void checkHostNetwork(JsonNode spec, Path at, FieldErrors errors) {
        if (!spec.path("hostNetwork").asBoolean()) {
            return;
        }
        for (int i = 0; i < spec.path("containers").size(); i++) {
            JsonNode ports = spec.path("containers").get(i).path("ports");
            for (int j = 0; j < ports.size(); j++) {
                JsonNode port = ports.get(j).path("hostPort");
                if (port.asLong() != 0
                        && port.asLong() != ports.get(j).path("containerPort").asLong()) {
                    errors.invalid(
                            at.field("containers")
                                    .index(i)
                                    .field("ports")
                                    .index(j)
                                    .field("hostPort"),
                            port,
                            "must match `containerPort` when `hostNetwork` is true");
                }
            }
        }
    }

    private static void name(String name, Path at, Set<String> names, FieldErrors errors) {
        if (name.isEmpty()) {
            return;
        }
        List<String> wrong = Words.portName(name);
        errors.invalid(at, name, wrong);
        if (wrong.isEmpty() && !names.add(name)) {
            errors.duplicate(at, name);
        }
    }
}
