package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about how a container's volumes are mounted. Kubernetes leaves the index out of nearly all
/// of these paths.
final class MountRules {
    private static final String BIDIRECTIONAL = "Bidirectional";
    private static final String NONE = "None";
    private static final List<String> PROPAGATIONS =
            List.of(BIDIRECTIONAL, "HostToContainer", NONE);
    private static final String DISABLED = "Disabled";
    private static final List<String> RECURSIONS = List.of(DISABLED, "Enabled", "IfPossible");

    private MountRules() {}

    /// @param path of the container
    static void check(JsonNode container, Path path, FieldErrors errors) {
        boolean privileged = container.path("securityContext").path("privileged").asBoolean();
        JsonNode mounts = container.path("volumeMounts");
        Path at = path.field("volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            JsonNode mount = mounts.get(i);
            if (mount.has("mountPropagation")) {
                propagation(
                        mount.path("mountPropagation").asText(),
                        privileged,
                        at.field("mountPropagation"),
                        errors);
            }
            if (mount.has("recursiveReadOnly")) {
                recursion(mount, at.field("recursiveReadOnly"), errors);
            }
            expression(mount, at, at.index(i).field("subPathExpr"), errors);
        }
    }

    private static void propagation(
            String mode, boolean privileged, Path path, FieldErrors errors) {
        if (!PROPAGATIONS.contains(mode)) {
            errors.unsupported(path, mode, PROPAGATIONS);
        } else if (mode.equals(BIDIRECTIONAL) && !privileged) {
            errors.forbidden(
                    path,
                    "Bidirectional mount propagation is available only to privileged containers");
        }
    }

    private static void recursion(JsonNode mount, Path path, FieldErrors errors) {
        String mode = mount.path("recursiveReadOnly").asText();
        if (!RECURSIONS.contains(mode)) {
            errors.unsupported(path, mode, RECURSIONS);
        } else if (!mode.equals(DISABLED)) {
            if (!mount.path("readOnly").asBoolean()) {
                errors.forbidden(path, "may only be specified when readOnly is true");
            }
            if (!mount.path("mountPropagation").asText(NONE).equals(NONE)) {
                errors.forbidden(
                        path,
                        "may only be specified when mountPropagation is None or not specified");
            }
        }
    }

    private static void expression(JsonNode mount, Path mounts, Path own, FieldErrors errors) {
        String expression = mount.path("subPathExpr").asText();
        if (!expression.isEmpty() && !mount.path("subPath").asText().isEmpty()) {
            errors.invalid(own, expression, "subPathExpr and subPath are mutually exclusive");
        }
        VolumeRules.descending(expression, mounts.field("subPathExpr"), errors);
    }
}
