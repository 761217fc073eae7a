package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about probes and lifecycle hooks.
final class ProbeRules {
    private static final List<String> PROBE_HANDLERS =
            List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> HOOK_HANDLERS =
            List.of("exec", "httpGet", "tcpSocket", "sleep");

    private ProbeRules() {}

    static void check(JsonNode container, Path path, FieldErrors errors) {
        for (String name : List.of("livenessProbe", "startupProbe", "readinessProbe")) {
            JsonNode probe = container.get(name);
            if (probe != null) {
                probe(probe, path.field(name), !name.equals("readinessProbe"), errors);
            }
        }
        for (String name : List.of("postStart", "preStop")) {
            JsonNode hook = container.path("lifecycle").get(name);
            if (hook != null) {
                handler(hook, path.field("lifecycle").field(name), HOOK_HANDLERS, errors);
            }
        }
    }

    private static void probe(JsonNode probe, Path path, boolean restarts, FieldErrors errors) {
        handler(probe, path, PROBE_HANDLERS, errors);
        for (String field :
                List.of(
                        "initialDelaySeconds",
                        "timeoutSeconds",
                        "periodSeconds",
                        "successThreshold",
                        "failureThreshold")) {
            errors.nonNegative(path.field(field), probe.path(field));
        }
        JsonNode grace = probe.path("terminationGracePeriodSeconds");
        if (grace.isNumber() && grace.asLong() <= 0) {
            errors.invalid(
                    path.field("terminationGracePeriodSeconds"), grace, "must be greater than 0");
        }
        if (grace.isNumber() && !restarts) {
            errors.invalid(
                    path.field("terminationGracePeriodSeconds"),
                    grace,
                    "must not be set for readinessProbes");
        }
        JsonNode threshold = probe.path("successThreshold");
        if (restarts && threshold.isNumber() && threshold.asLong() != 1) {
            errors.invalid(path.field("successThreshold"), threshold, "must be 1");
        }
    }

    private static void handler(
            JsonNode holder, Path path, List<String> kinds, FieldErrors errors) {
        int count = 0;
        for (String kind : kinds) {
            if (!holder.has(kind)) {
                continue;
            }
            if (count++ > 0) {
                errors.forbidden(path.field(kind), "may not specify more than 1 handler type");
            } else {
                action(kind, holder.path(kind), path.field(kind), errors);
            }
        }
        if (count == 0) {
            errors.required(path, "must specify a handler type");
        }
    }

    private static void action(String kind, JsonNode action, Path path, FieldErrors errors) {
        switch (kind) {
            case "exec" -> {
                if (action.path("command").isEmpty()) {
                    errors.required(path.field("command"), "");
                }
            }
            case "httpGet" -> {
                if (action.path("path").asText().isEmpty()) {
                    errors.required(path.field("path"), "");
                }
                port(action.path("port"), path.field("port"), errors);
                String scheme = action.path("scheme").asText();
                if (!List.of("HTTP", "HTTPS").contains(scheme)) {
                    errors.unsupported(path.field("scheme"), scheme, List.of("HTTP", "HTTPS"));
                }
            }
            case "tcpSocket", "grpc" -> port(action.path("port"), path.field("port"), errors);
            default -> {}
        }
    }

    private static void port(JsonNode port, Path path, FieldErrors errors) {
        if (port.isTextual()) {
            errors.invalid(path, port.asText(), Words.portName(port.asText()));
        } else {
            Words.portNumber(port.asLong()).forEach(wrong -> errors.invalid(path, port, wrong));
        }
    }
}
