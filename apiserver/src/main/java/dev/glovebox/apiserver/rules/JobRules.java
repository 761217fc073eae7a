package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about Jobs. Source: `batch/validation`.
public final class JobRules {
    /// The label by which a job finds its pods.
    public static final String UID_LABEL = "batch.kubernetes.io/controller-uid";

    /// The same label as it was called before Kubernetes 1.27.
    public static final String OLD_UID_LABEL = "controller-uid";

    /// The label that names the job.
    public static final String NAME_LABEL = "batch.kubernetes.io/job-name";

    /// The same label as it was called before Kubernetes 1.27.
    public static final String OLD_NAME_LABEL = "job-name";

    private static final int MOST_INDEXED_PODS = 100_000;
    private static final List<String> MODES = List.of("NonIndexed", "Indexed");
    private static final List<String> REPLACEMENT = List.of("Failed", "TerminatingOrFailed");
    private static final List<String> COUNTS =
            List.of(
                    "parallelism",
                    "completions",
                    "activeDeadlineSeconds",
                    "backoffLimit",
                    "backoffLimitPerIndex",
                    "maxFailedIndexes",
                    "ttlSecondsAfterFinished");

    private JobRules() {}

    /// Rules for one, whether new or changed.
    public static void check(JsonNode job, FieldErrors errors) {
        JsonNode spec = job.path("spec");
        Path path = Path.of("spec");
        if (!spec.path("manualSelector").asBoolean()) {
            generated(job, errors);
        }
        spec(spec, path, errors);
        SelectorRules.check(spec.path("selector"), path.field("selector"), errors);
        WorkloadRules.matched(spec.path("selector"), spec.path("template"), errors);
    }

    /// Rules for the spec of a job, or of jobs to be made.
    static void spec(JsonNode spec, Path path, FieldErrors errors) {
        COUNTS.forEach(field -> errors.nonNegative(path.field(field), spec.path(field)));
        mode(spec, path, errors);
        String replacement = spec.path("podReplacementPolicy").asText();
        if (!replacement.isEmpty() && !REPLACEMENT.contains(replacement)) {
            errors.unsupported(path.field("podReplacementPolicy"), replacement, REPLACEMENT);
        }
        JsonNode rules = spec.path("podFailurePolicy").path("rules");
        for (int i = 0; i < rules.size(); i++) {
            failure(rules.get(i), path.field("podFailurePolicy.rules").index(i), errors);
        }
        PodRules.template(spec.path("template"), path.field("template"), errors);
        restart(spec, path.field("template.spec.restartPolicy"), errors);
    }

    private static void restart(JsonNode spec, Path path, FieldErrors errors) {
        String restart = spec.path("template").path("spec").path("restartPolicy").asText();
        if (!List.of("OnFailure", "Never").contains(restart)) {
            errors.required(path, "valid values: \"OnFailure\", \"Never\"");
        } else if (spec.has("podFailurePolicy") && !restart.equals("Never")) {
            errors.invalid(
                    path,
                    restart,
                    "only \"Never\" is supported when podFailurePolicy is specified");
        }
    }

    private static void mode(JsonNode spec, Path path, FieldErrors errors) {
        String mode = spec.path("completionMode").asText();
        if (!mode.isEmpty() && !MODES.contains(mode)) {
            errors.unsupported(path.field("completionMode"), mode, MODES);
        }
        if (!mode.equals("Indexed")) {
            return;
        }
        if (!spec.has("completions")) {
            errors.required(path.field("completions"), "when completion mode is Indexed");
        }
        if (spec.path("parallelism").asLong() > MOST_INDEXED_PODS) {
            errors.invalid(
                    path.field("parallelism"),
                    spec.path("parallelism"),
                    "must be less than or equal to %d when completion mode is Indexed"
                            .formatted(MOST_INDEXED_PODS));
        }
    }

    private static void failure(JsonNode rule, Path path, FieldErrors errors) {
        List<String> actions = List.of("Count", "FailIndex", "FailJob", "Ignore");
        String action = rule.path("action").asText();
        if (action.isEmpty()) {
            errors.required(path.field("action"), "valid values: " + quoted(actions));
        } else if (!actions.contains(action)) {
            errors.unsupported(path.field("action"), action, actions);
        }
        boolean codes = rule.has("onExitCodes");
        boolean conditions = !rule.path("onPodConditions").isEmpty();
        if (codes) {
            codes(rule.path("onExitCodes"), path.field("onExitCodes"), errors);
        }
        if (codes && conditions) {
            errors.invalid(
                    path, rule, "specifying both OnExitCodes and OnPodConditions is not supported");
        } else if (!codes && !conditions) {
            errors.invalid(
                    path, rule, "specifying one of OnExitCodes and OnPodConditions is required");
        }
    }

    private static void codes(JsonNode requirement, Path path, FieldErrors errors) {
        List<String> operators = List.of("In", "NotIn");
        String operator = requirement.path("operator").asText();
        if (!operators.contains(operator)) {
            errors.unsupported(path.field("operator"), operator, operators);
        }
        JsonNode values = requirement.path("values");
        if (values.isEmpty()) {
            errors.invalid(path.field("values"), values, "at least one value is required");
        }
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            Path at = path.field("values").index(i);
            if (operator.equals("In") && values.get(i).asLong() == 0) {
                errors.invalid(at, values.get(i), "must not be 0 for the In operator");
            }
            if (!seen.add(values.get(i).asLong())) {
                errors.duplicate(at, values.get(i));
            } else if (i > 0 && values.get(i - 1).asLong() > values.get(i).asLong()) {
                errors.invalid(path.field("values"), values, "must be ordered");
            }
        }
    }

    private static String quoted(List<String> words) {
        return String.join(", ", words.stream().map(word -> "\"" + word + "\"").toList());
    }

    /// What the server generates stays as it was generated.
    private static void generated(JsonNode job, FieldErrors errors) {
        String uid = job.path("metadata").path("uid").asText();
        JsonNode selector = job.path("spec").path("selector");
        boolean own =
                selector.path("matchLabels").size() == 1
                        && selector.path("matchExpressions").isEmpty()
                        && (selector.path("matchLabels").path(UID_LABEL).asText().equals(uid)
                                || selector.path("matchLabels")
                                        .path(OLD_UID_LABEL)
                                        .asText()
                                        .equals(uid));
        if (!own) {
            errors.labels(Path.of("spec.selector"), selector, "`selector` not auto-generated");
        }
        JsonNode labels = job.path("spec").path("template").path("metadata").path("labels");
        String name = job.path("metadata").path("name").asText();
        label(labels, OLD_UID_LABEL, uid, errors);
        label(labels, UID_LABEL, uid, errors);
        label(labels, OLD_NAME_LABEL, name, errors);
        label(labels, NAME_LABEL, name, errors);
    }

    private static void label(JsonNode labels, String key, String value, FieldErrors errors) {
        Path path = Path.of("spec.template.metadata.labels").key(key);
        String words = "must be '" + value + "'";
        if (!labels.has(key)) {
            errors.required(path, words);
        } else if (!labels.path(key).asText().equals(value)) {
            errors.labels(path, labels, words);
        }
    }

    /// What a changed one must keep.
    public static void checkUpdate(JsonNode job, JsonNode old, FieldErrors errors) {
        JsonNode spec = job.path("spec");
        JsonNode before = old.path("spec");
        boolean elastic =
                before.path("completionMode").asText().equals("Indexed")
                        && spec.path("completions").equals(spec.path("parallelism"));
        if (!elastic) {
            same("completions", spec, before, errors);
        }
        for (String field :
                List.of(
                        "selector",
                        "template",
                        "completionMode",
                        "podFailurePolicy",
                        "backoffLimitPerIndex",
                        "managedBy",
                        "successPolicy")) {
            same(field, spec, before, errors);
        }
    }

    private static void same(String field, JsonNode spec, JsonNode old, FieldErrors errors) {
        if (!spec.path(field).equals(old.path(field))) {
            errors.invalid(Path.of("spec").field(field), spec.path(field), "field is immutable");
        }
    }
}
