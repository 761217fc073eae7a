package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about what a container's resize does to it.
final class ResizePolicyRules {
    private static final List<String> RESOURCES = List.of("cpu", "memory");
    private static final String IN_PLACE = "NotRequired";
    private static final List<String> RESTARTS = List.of(IN_PLACE, "RestartContainer");

    private ResizePolicyRules() {}

    static void check(JsonNode spec, Path at, FieldErrors errors) {
        boolean never = spec.path("restartPolicy").asText().equals("Never");
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            for (int i = 0; i < spec.path(list).size(); i++) {
                Path path = at.field(list).index(i).field("resizePolicy");
                policies(spec.path(list).get(i).path("resizePolicy"), never, path, errors);
            }
        }
    }

    private static void policies(JsonNode all, boolean never, Path path, FieldErrors errors) {
        Set<String> resources = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            String resource = all.get(i).path("resourceName").asText();
            if (!resources.add(resource)) {
                errors.duplicate(path.index(i), resource);
            }
            oneOf(resource, RESOURCES, path, errors);
            String restart = all.get(i).path("restartPolicy").asText();
            oneOf(restart, RESTARTS, path, errors);
            if (never && !restart.equals(IN_PLACE)) {
                errors.invalid(
                        path,
                        TextNode.valueOf(restart),
                        "must be 'NotRequired' when `restartPolicy` is 'Never'");
            }
        }
    }

    private static void oneOf(String value, List<String> values, Path path, FieldErrors errors) {
        if (value.isEmpty()) {
            errors.required(path, "");
        } else if (!values.contains(value)) {
            errors.unsupported(path, value, values);
        }
    }
}
