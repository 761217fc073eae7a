package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.IntOrPercent;
import java.util.List;

/// Defaults of what makes pods. Source: Kubernetes' `apps/v1` and `batch/v1` defaults.
final class WorkloadDefaults {
    private static final int DEADLINE_SECONDS = 600;
    private static final int HISTORY = 10;
    private static final int BACKOFF = 6;
    private static final String QUARTER = "25%";

    private WorkloadDefaults() {}

    private static ObjectNode spec(ObjectNode object) {
        return Trees.object(object, "spec");
    }

    private static void template(ObjectNode holder) {
        ObjectNode template = Trees.object(holder, "template");
        Trees.object(template, "metadata");
        PodDefaults.template(Trees.object(template, "spec"));
    }

    static void podTemplate(ObjectNode object) {
        template(object);
    }

    static void deployment(ObjectNode object) {
        ObjectNode spec = spec(object);
        absent(spec, "replicas", 1);
        absent(spec, "revisionHistoryLimit", HISTORY);
        absent(spec, "progressDeadlineSeconds", DEADLINE_SECONDS);
        ObjectNode strategy = Trees.object(spec, "strategy");
        Trees.orText(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = Trees.object(strategy, "rollingUpdate");
            Trees.orText(rolling, "maxUnavailable", QUARTER);
            Trees.orText(rolling, "maxSurge", QUARTER);
        }
        template(spec);
        Trees.object(object, "status");
    }

    static void replicaSet(ObjectNode object) {
        absent(spec(object), "replicas", 1);
        template(spec(object));
        absent(Trees.object(object, "status"), "replicas", 0);
    }

    static void statefulSet(ObjectNode object) {
        ObjectNode spec = spec(object);
        absent(spec, "replicas", 1);
        absent(spec, "revisionHistoryLimit", HISTORY);
        Trees.orText(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode strategy = Trees.object(spec, "updateStrategy");
        Trees.orText(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            absent(Trees.object(strategy, "rollingUpdate"), "partition", 0);
        }
        ObjectNode retention = Trees.object(spec, "persistentVolumeClaimRetentionPolicy");
        Trees.orText(retention, "whenDeleted", "Retain");
        Trees.orText(retention, "whenScaled", "Retain");
        for (ObjectNode claim : Trees.objects(spec.path("volumeClaimTemplates"))) {
            claim.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
            Trees.orText(Trees.object(claim, "spec"), "volumeMode", "Filesystem");
            Trees.orText(Trees.object(claim, "status"), "phase", "Pending");
        }
        template(spec);
        ObjectNode status = Trees.object(object, "status");
        absent(status, "replicas", 0);
        absent(status, "availableReplicas", 0);
    }

    static void daemonSet(ObjectNode object) {
        ObjectNode spec = spec(object);
        absent(spec, "revisionHistoryLimit", HISTORY);
        ObjectNode strategy = Trees.object(spec, "updateStrategy");
        Trees.orText(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = Trees.object(strategy, "rollingUpdate");
            boolean surges = IntOrPercent.number(rolling.path("maxSurge")) > 0;
            absent(rolling, "maxUnavailable", surges ? 0 : 1);
            absent(rolling, "maxSurge", 0);
        }
        template(spec);
        ObjectNode status = Trees.object(object, "status");
        for (String count :
                List.of(
                        "currentNumberScheduled",
                        "numberMisscheduled",
                        "desiredNumberScheduled",
                        "numberReady")) {
            absent(status, count, 0);
        }
    }

    static void replicationController(ObjectNode object) {
        ObjectNode spec = spec(object);
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        if (!labels.isEmpty() && spec.path("selector").isEmpty()) {
            spec.set("selector", labels.deepCopy());
        }
        ObjectNode metadata = Trees.object(object, "metadata");
        if (!labels.isEmpty() && metadata.path("labels").isEmpty()) {
            metadata.set("labels", labels.deepCopy());
        }
        absent(spec, "replicas", 1);
        if (spec.has("template")) {
            template(spec);
        }
        absent(Trees.object(object, "status"), "replicas", 0);
    }

    static void job(ObjectNode object) {
        ObjectNode spec = spec(object);
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1);
        }
        absent(spec, "parallelism", 1);
        absent(
                spec,
                "backoffLimit",
                spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : BACKOFF);
        Trees.orText(spec, "completionMode", "NonIndexed");
        Trees.orText(
                spec,
                "podReplacementPolicy",
                spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        for (String flag : List.of("suspend", "manualSelector")) {
            if (!spec.has(flag)) {
                spec.put(flag, false);
            }
        }
        for (ObjectNode rule : Trees.objects(spec.path("podFailurePolicy").path("rules"))) {
            for (ObjectNode pattern : Trees.objects(rule.path("onPodConditions"))) {
                Trees.orText(pattern, "status", "True");
            }
        }
        template(spec);
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        ObjectNode metadata = Trees.object(object, "metadata");
        if (!labels.isEmpty() && metadata.path("labels").isEmpty()) {
            metadata.set("labels", labels.deepCopy());
        }
        Trees.object(object, "status");
    }

    static void cronJob(ObjectNode object) {
        ObjectNode spec = spec(object);
        Trees.orText(spec, "concurrencyPolicy", "Allow");
        if (!spec.has("suspend")) {
            spec.put("suspend", false);
        }
        absent(spec, "successfulJobsHistoryLimit", 3);
        absent(spec, "failedJobsHistoryLimit", 1);
        ObjectNode template = Trees.object(spec, "jobTemplate");
        Trees.object(template, "metadata");
        template(Trees.object(template, "spec"));
        Trees.object(object, "status");
    }

    private static void absent(ObjectNode object, String field, int value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }
}
