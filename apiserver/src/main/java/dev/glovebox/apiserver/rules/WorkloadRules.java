package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/// Rules that what keeps pods running has in common: a selector, and a template that it selects.
/// Source: `apps/validation`.
public final class WorkloadRules {
    private static final Path SPEC = Path.of("spec");
    private static final Path TEMPLATE = SPEC.field("template");
    private static final String IMMUTABLE = "field is immutable";

    private WorkloadRules() {}

    /// Rules for a Deployment, whether new or changed.
    public static void deployment(JsonNode deployment, FieldErrors errors) {
        JsonNode spec = deployment.path("spec");
        nonNegative(spec, errors, "replicas", "minReadySeconds", "revisionHistoryLimit");
        selected(spec, "deployment", errors);
        endless(spec, "ReplicaSet", errors);
        UpdateRules.deployment(spec.path("strategy"), SPEC.field("strategy"), errors);
        JsonNode deadline = spec.path("progressDeadlineSeconds");
        errors.nonNegative(SPEC.field("progressDeadlineSeconds"), deadline);
        if (deadline.isNumber() && deadline.asLong() <= spec.path("minReadySeconds").asLong()) {
            errors.invalid(
                    SPEC.field("progressDeadlineSeconds"),
                    deadline,
                    "must be greater than minReadySeconds");
        }
    }

    /// Rules for a ReplicaSet, whether new or changed.
    public static void replicaSet(JsonNode replicaSet, FieldErrors errors) {
        JsonNode spec = replicaSet.path("spec");
        nonNegative(spec, errors, "replicas", "minReadySeconds");
        selected(spec, "ReplicaSet", errors);
        endless(spec, "ReplicaSet", errors);
    }

    /// Rules for a DaemonSet, whether new or changed.
    public static void daemonSet(JsonNode daemonSet, FieldErrors errors) {
        JsonNode spec = daemonSet.path("spec");
        selected(spec, "daemonset", errors);
        endless(spec, "DaemonSet", errors);
        nonNegative(spec, errors, "minReadySeconds", "revisionHistoryLimit");
        UpdateRules.daemonSet(spec.path("updateStrategy"), SPEC.field("updateStrategy"), errors);
    }

    /// Rules for a StatefulSet, whether new or changed.
    public static void statefulSet(JsonNode statefulSet, FieldErrors errors) {
        JsonNode spec = statefulSet.path("spec");
        String policy = spec.path("podManagementPolicy").asText();
        if (!List.of("OrderedReady", "Parallel").contains(policy)) {
            errors.invalid(
                    SPEC.field("podManagementPolicy"),
                    policy,
                    "must be 'OrderedReady' or 'Parallel'");
        }
        UpdateRules.statefulSet(spec.path("updateStrategy"), SPEC.field("updateStrategy"), errors);
        retention(spec.path("persistentVolumeClaimRetentionPolicy"), errors);
        nonNegative(spec, errors, "replicas", "minReadySeconds", "revisionHistoryLimit");
        errors.nonNegative(
                SPEC.field("ordinals").field("start"), spec.path("ordinals").path("start"));
        selected(spec, "statefulset", errors);
        endless(spec, "StatefulSet", errors);
    }

    private static void retention(JsonNode policy, FieldErrors errors) {
        List<String> known = List.of("Delete", "Retain");
        for (String field : List.of("whenDeleted", "whenScaled")) {
            String value = policy.path(field).asText();
            if (policy.isObject() && !known.contains(value)) {
                errors.unsupported(
                        SPEC.field("persistentVolumeClaimRetentionPolicy").field(field),
                        value,
                        known);
            }
        }
    }

    /// Rules for a ReplicationController, whether new or changed.
    public static void replicationController(JsonNode controller, FieldErrors errors) {
        JsonNode spec = controller.path("spec");
        nonNegative(spec, errors, "minReadySeconds", "replicas");
        JsonNode selector = spec.path("selector");
        MetaRules.labels(selector, SPEC.field("selector"), errors);
        if (selector.isEmpty()) {
            errors.required(SPEC.field("selector"), "");
        }
        if (!spec.has("template")) {
            errors.required(TEMPLATE, "");
            return;
        }
        JsonNode whole = JsonNodeFactory.instance.objectNode().set("matchLabels", selector);
        matched(whole, spec.path("template"), errors);
        PodRules.template(spec.path("template"), TEMPLATE, errors);
        endless(spec, "ReplicationController", errors);
    }

    /// A selector decides which pods are whose, and stays.
    public static void sameSelector(JsonNode object, JsonNode old, FieldErrors errors) {
        JsonNode selector = object.path("spec").path("selector");
        if (!selector.equals(old.path("spec").path("selector"))) {
            errors.labels(SPEC.field("selector"), selector, IMMUTABLE);
        }
    }

    private static void nonNegative(JsonNode spec, FieldErrors errors, String... fields) {
        for (String field : fields) {
            errors.nonNegative(SPEC.field(field), spec.path(field));
        }
    }

    /// A selector that selects something, and the template among it.
    private static void selected(JsonNode spec, String kind, FieldErrors errors) {
        JsonNode selector = spec.path("selector");
        if (!selector.isObject()) {
            errors.required(SPEC.field("selector"), "");
        } else {
            SelectorRules.check(selector, SPEC.field("selector"), errors);
            if (SelectorRules.isEmpty(selector)) {
                errors.labels(
                        SPEC.field("selector"), selector, "empty selector is invalid for " + kind);
            }
        }
        matched(selector, spec.path("template"), errors);
        PodRules.template(spec.path("template"), TEMPLATE, errors);
    }

    /// The template's labels must be what the selector asks for.
    static void matched(JsonNode selector, JsonNode template, FieldErrors errors) {
        JsonNode labels = template.path("metadata").path("labels");
        boolean all = selector.isObject() && SelectorRules.isEmpty(selector);
        if (!all && !SelectorRules.matches(selector, labels)) {
            errors.labels(
                    TEMPLATE.field("metadata").field("labels"),
                    labels,
                    "`selector` does not match template `labels`");
        }
    }

    /// Its pods are to run for ever.
    private static void endless(JsonNode spec, String kind, FieldErrors errors) {
        JsonNode pod = spec.path("template").path("spec");
        Path path = TEMPLATE.field("spec");
        String restart = pod.path("restartPolicy").asText();
        if (!restart.equals("Always")) {
            errors.unsupported(path.field("restartPolicy"), restart, List.of("Always"));
        }
        if (pod.has("activeDeadlineSeconds")) {
            errors.forbidden(
                    path.field("activeDeadlineSeconds"),
                    "activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }
}
