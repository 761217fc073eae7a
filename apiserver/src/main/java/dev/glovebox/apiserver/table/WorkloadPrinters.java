package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/// Rows of what makes pods.
final class WorkloadPrinters {
    private WorkloadPrinters() {}

    static Map<String, Printer> byResource() {
        return Map.of(
                "deployments.apps", WorkloadPrinters::deployment,
                "replicasets.apps", WorkloadPrinters::replicaSet,
                "statefulsets.apps", WorkloadPrinters::statefulSet,
                "daemonsets.apps", WorkloadPrinters::daemonSet,
                "controllerrevisions.apps", WorkloadPrinters::revision,
                "replicationcontrollers", WorkloadPrinters::replicationController,
                "podtemplates", WorkloadPrinters::podTemplate,
                "jobs.batch", WorkloadPrinters::job,
                "cronjobs.batch", WorkloadPrinters::cronJob,
                "scales.autoscaling", WorkloadPrinters::scale);
    }

    private static void scale(JsonNode object, Row row) {
        row.name(object)
                .number(object.path("spec").path("replicas").asLong())
                .number(object.path("status").path("replicas").asLong())
                .age(object);
    }

    private static Row containers(Row row, JsonNode template) {
        JsonNode containers = template.path("spec").path("containers");
        return row.text(Lists.joined(containers, "name")).text(Lists.joined(containers, "image"));
    }

    private static void deployment(JsonNode object, Row row) {
        JsonNode status = object.path("status");
        row.name(object)
                .text(ready(object))
                .number(status.path("updatedReplicas").asLong())
                .number(status.path("availableReplicas").asLong())
                .age(object);
        containers(row, object.path("spec").path("template"))
                .text(SelectorText.ofSelector(object.path("spec").path("selector")));
    }

    private static String ready(JsonNode object) {
        return object.path("status").path("readyReplicas").asLong()
                + "/"
                + object.path("spec").path("replicas").asLong();
    }

    private static void counts(JsonNode object, Row row) {
        row.name(object)
                .number(object.path("spec").path("replicas").asLong())
                .number(object.path("status").path("replicas").asLong())
                .number(object.path("status").path("readyReplicas").asLong())
                .age(object);
        containers(row, object.path("spec").path("template"));
    }

    private static void replicaSet(JsonNode object, Row row) {
        counts(object, row);
        row.text(SelectorText.ofSelector(object.path("spec").path("selector")));
    }

    private static void replicationController(JsonNode object, Row row) {
        counts(object, row);
        row.text(SelectorText.ofLabels(object.path("spec").path("selector")));
    }

    private static void statefulSet(JsonNode object, Row row) {
        row.name(object).text(ready(object)).age(object);
        containers(row, object.path("spec").path("template"));
    }

    private static void daemonSet(JsonNode object, Row row) {
        JsonNode status = object.path("status");
        JsonNode template = object.path("spec").path("template");
        row.name(object)
                .number(status.path("desiredNumberScheduled").asLong())
                .number(status.path("currentNumberScheduled").asLong())
                .number(status.path("numberReady").asLong())
                .number(status.path("updatedNumberScheduled").asLong())
                .number(status.path("numberAvailable").asLong())
                .text(SelectorText.ofLabels(template.path("spec").path("nodeSelector")))
                .age(object);
        containers(row, template)
                .text(SelectorText.ofSelector(object.path("spec").path("selector")));
    }

    private static void revision(JsonNode object, Row row) {
        row.name(object)
                .text(controller(object))
                .number(object.path("revision").asLong())
                .age(object);
    }

    private static String controller(JsonNode object) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                String version = owner.path("apiVersion").asText();
                int slash = version.indexOf('/');
                String group = slash < 0 ? "" : "." + version.substring(0, slash);
                String kind = owner.path("kind").asText().toLowerCase(Locale.ROOT);
                return kind + group + "/" + owner.path("name").asText();
            }
        }
        return Row.NONE;
    }

    private static void podTemplate(JsonNode object, Row row) {
        JsonNode template = object.path("template");
        containers(row.name(object), template)
                .text(SelectorText.ofLabels(template.path("metadata").path("labels")));
    }

    private static void job(JsonNode job, Row row) {
        row.name(job)
                .text(status(job))
                .text(completions(job))
                .text(duration(job.path("status"), row.ages()))
                .age(job);
        containers(row, job.path("spec").path("template"))
                .text(SelectorText.ofSelector(job.path("spec").path("selector")));
    }

    private static String status(JsonNode job) {
        if (has(job, "Complete")) {
            return "Complete";
        }
        if (has(job, "Failed")) {
            return "Failed";
        }
        if (job.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        for (String condition : new String[] {"Suspended", "FailureTarget", "SuccessCriteriaMet"}) {
            if (has(job, condition)) {
                return condition;
            }
        }
        return "Running";
    }

    private static boolean has(JsonNode job, String condition) {
        return Lists.of(job.path("status").path("conditions"))
                .anyMatch(each ->
                        each.path("type").asText().equals(condition)
                                && each.path("status").asText().equals("True"));
    }

    private static String completions(JsonNode job) {
        long succeeded = job.path("status").path("succeeded").asLong();
        JsonNode spec = job.path("spec");
        if (spec.has("completions")) {
            return succeeded + "/" + spec.path("completions").asLong();
        }
        long parallelism = spec.path("parallelism").asLong();
        return parallelism > 1 ? "%d/1 of %d".formatted(succeeded, parallelism) : succeeded + "/1";
    }

    private static String duration(JsonNode status, Ages ages) {
        String start = status.path("startTime").asText();
        String end = status.path("completionTime").asText();
        if (start.isEmpty()) {
            return "";
        }
        return end.isEmpty()
                ? ages.since(start)
                : Ages.human(Duration.between(Instant.parse(start), Instant.parse(end)));
    }

    private static void cronJob(JsonNode object, Row row) {
        JsonNode spec = object.path("spec");
        String last = object.path("status").path("lastScheduleTime").asText();
        row.name(object)
                .text(spec.path("schedule").asText())
                .text(spec.path("timeZone").asText(), Row.NONE)
                .text(suspended(spec.path("suspend")))
                .number(object.path("status").path("active").size())
                .text(last.isEmpty() ? Row.NONE : row.ages().since(last))
                .age(object);
        JsonNode job = spec.path("jobTemplate").path("spec");
        containers(row, job.path("template")).text(SelectorText.ofSelector(job.path("selector")));
    }

    private static String suspended(JsonNode value) {
        if (!value.isBoolean()) {
            return Row.UNSET;
        }
        return value.asBoolean() ? "True" : "False";
    }
}
