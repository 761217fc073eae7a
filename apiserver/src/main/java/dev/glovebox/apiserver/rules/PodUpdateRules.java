package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What may change about a pod that exists. Source: Kubernetes' `ValidatePodUpdate` and its
/// siblings for subresources.
public final class PodUpdateRules {
    private static final Path SPEC = Path.of("spec");
    private static final String ONLY =
            "pod updates may not change fields other than `spec.containers[*].image`,"
                    + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                    + "`spec.tolerations` (only additions to existing tolerations),"
                    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
                    + " previously negative)";

    private PodUpdateRules() {}

    /// Rules for a change of the pod itself.
    public static void check(JsonNode pod, JsonNode old, FieldErrors errors) {
        JsonNode spec = pod.path("spec");
        JsonNode oldSpec = old.path("spec");
        for (String list : List.of("containers", "initContainers")) {
            if (spec.path(list).size() != oldSpec.path(list).size()) {
                errors.forbidden(SPEC.field(list), "pod updates may not add or remove containers");
                return;
            }
            for (int i = 0; i < spec.path(list).size(); i++) {
                ContainerRules.image(spec.path(list).get(i), SPEC.field(list).index(i), errors);
            }
        }
        deadline(spec, oldSpec, errors);
        tolerations(spec.path("tolerations"), oldSpec.path("tolerations"), errors);
        gates(spec, oldSpec, errors);
        if (errors.isEmpty() && !withOldFields(spec, oldSpec).equals(oldSpec)) {
            errors.forbidden(SPEC, ONLY);
        }
    }

    private static void deadline(JsonNode spec, JsonNode old, FieldErrors errors) {
        JsonNode now = spec.path("activeDeadlineSeconds");
        JsonNode before = old.path("activeDeadlineSeconds");
        Path path = SPEC.field("activeDeadlineSeconds");
        if (!before.isNumber()) {
            return;
        }
        if (!now.isNumber()) {
            errors.invalid(
                    path,
                    NullNode.instance,
                    "must not update from a positive integer to nil value");
        } else if (now.asLong() > before.asLong()) {
            errors.invalid(path, now, "must be less than or equal to previous value");
        }
    }

    private static void tolerations(JsonNode tolerations, JsonNode old, FieldErrors errors) {
        Set<JsonNode> kept = new HashSet<>();
        tolerations.forEach(each -> kept.add(withoutSeconds(each)));
        for (JsonNode each : old) {
            if (!kept.contains(withoutSeconds(each))) {
                errors.forbidden(
                        SPEC.field("tolerations"),
                        "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static JsonNode withoutSeconds(JsonNode toleration) {
        return toleration.<ObjectNode>deepCopy().without("tolerationSeconds");
    }

    private static void gates(JsonNode spec, JsonNode old, FieldErrors errors) {
        Set<JsonNode> before = new HashSet<>();
        old.path("schedulingGates").forEach(before::add);
        for (JsonNode gate : spec.path("schedulingGates")) {
            if (!before.contains(gate)) {
                errors.forbidden(
                        SPEC.field("schedulingGates"),
                        "only deletion is allowed, but found new scheduling gate '"
                                + gate.path("name").asText()
                                + "'");
            }
        }
    }

    /// The new spec with the old value in every field that may change.
    private static JsonNode withOldFields(JsonNode spec, JsonNode old) {
        ObjectNode copy = spec.deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            for (int i = 0; i < copy.path(list).size(); i++) {
                restore((ObjectNode) copy.path(list).get(i), old.path(list).get(i), "image");
            }
        }
        restore(copy, old, "activeDeadlineSeconds");
        restore(copy, old, "tolerations");
        restore(copy, old, "schedulingGates");
        boolean mended =
                old.path("terminationGracePeriodSeconds").asLong() < 0
                        && spec.path("terminationGracePeriodSeconds").asLong() == 1;
        if (mended) {
            restore(copy, old, "terminationGracePeriodSeconds");
        }
        return copy;
    }

    private static void restore(ObjectNode into, JsonNode old, String field) {
        if (old.has(field)) {
            into.set(field, old.get(field));
        } else {
            into.remove(field);
        }
    }

    /// Rules for a change of the status.
    public static void checkStatus(JsonNode pod, JsonNode old, FieldErrors errors) {
        JsonNode status = pod.path("status");
        JsonNode before = old.path("status").path("qosClass");
        if (!status.path("qosClass").equals(before)) {
            errors.invalid(
                    Path.of("status.qosClass"), status.path("qosClass"), "field is immutable");
        }
        int four = 0;
        int six = 0;
        for (int i = 0; i < status.path("podIPs").size(); i++) {
            String ip = status.path("podIPs").get(i).path("ip").asText();
            errors.invalid(Path.of("status.podIPs").index(i), ip, Words.ip(ip));
            four += ip.contains(":") ? 0 : 1;
            six += ip.contains(":") ? 1 : 0;
        }
        if (four > 1 || six > 1) {
            errors.invalid(
                    Path.of("status.podIPs"),
                    status.path("podIPs"),
                    "may specify no more than one IP for each IP family");
        }
    }

    /// Rules for a change of the ephemeral containers: they come, and never change or go.
    public static void checkEphemeral(JsonNode pod, JsonNode old, FieldErrors errors) {
        Path path = SPEC.field("ephemeralContainers");
        for (JsonNode before : old.path("spec").path("ephemeralContainers")) {
            JsonNode now = null;
            for (JsonNode each : pod.path("spec").path("ephemeralContainers")) {
                now = each.path("name").equals(before.path("name")) ? each : now;
            }
            if (now == null) {
                errors.forbidden(
                        path,
                        "existing ephemeral containers "
                                + before.path("name")
                                + " may not be removed");
            } else if (!now.equals(before)) {
                errors.forbidden(
                        path,
                        "existing ephemeral containers "
                                + before.path("name")
                                + " may not be changed");
            }
        }
    }
}
