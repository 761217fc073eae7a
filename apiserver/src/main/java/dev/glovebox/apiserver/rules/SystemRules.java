package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about the operating system that a pod is for. What only one of Windows must not have is
/// not looked at: no node of this kind runs such a pod.
final class SystemRules {
    private static final List<String> SYSTEMS = List.of("linux", "windows");
    private static final String WINDOWS_OPTIONS = "windowsOptions";

    private SystemRules() {}

    static void check(JsonNode spec, Path at, FieldErrors errors) {
        if (!spec.has("os")) {
            return;
        }
        String name = spec.path("os").path("name").asText();
        if (name.isEmpty()) {
            errors.required(at.field("os").field("name"), "");
        } else if (!SYSTEMS.contains(name)) {
            errors.unsupported(at.field("os"), name, SYSTEMS);
        } else if (name.equals("linux")) {
            linux(spec, at, errors);
            for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
                for (int i = 0; i < spec.path(list).size(); i++) {
                    linux(spec.path(list).get(i), at.field(list).index(i), errors);
                }
            }
        }
    }

    private static void linux(JsonNode holder, Path at, FieldErrors errors) {
        if (holder.path("securityContext").has(WINDOWS_OPTIONS)) {
            errors.forbidden(
                    at.field("securityContext").field(WINDOWS_OPTIONS),
                    "windows options cannot be set for a linux pod");
        }
    }
}
