package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.model.CronSchedule;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;

/// Rules about CronJobs. Source: `batch/validation`.
public final class CronJobRules {
    /// A job's name is the CronJob's with eleven characters more.
    private static final int LONGEST_NAME = 52;

    private static final List<String> POLICIES = List.of("Allow", "Forbid", "Replace");
    private static final Path SPEC = Path.of("spec");

    private CronJobRules() {}

    /// Rules for one, whether new or changed.
    public static void check(JsonNode cronJob, FieldErrors errors) {
        JsonNode spec = cronJob.path("spec");
        String name = cronJob.path("metadata").path("name").asText();
        if (name.length() > LONGEST_NAME) {
            errors.invalid(
                    Path.of("metadata.name"),
                    name,
                    "must be no more than " + LONGEST_NAME + " characters");
        }
        schedule(spec.path("schedule").asText(), errors);
        if (spec.has("timeZone")) {
            zone(spec.path("timeZone").asText(), errors);
        }
        String policy = spec.path("concurrencyPolicy").asText();
        if (policy.isEmpty()) {
            errors.required(SPEC.field("concurrencyPolicy"), "");
        } else if (!POLICIES.contains(policy)) {
            errors.unsupported(SPEC.field("concurrencyPolicy"), policy, POLICIES);
        }
        for (String field :
                List.of(
                        "startingDeadlineSeconds",
                        "successfulJobsHistoryLimit",
                        "failedJobsHistoryLimit")) {
            errors.nonNegative(SPEC.field(field), spec.path(field));
        }
        template(spec.path("jobTemplate"), errors);
    }

    private static void template(JsonNode template, FieldErrors errors) {
        Path path = SPEC.field("jobTemplate").field("spec");
        JsonNode job = template.path("spec");
        if (job.path("manualSelector").asBoolean()) {
            errors.unsupported(path.field("manualSelector"), "true", List.of("nil", "false"));
        }
        JobRules.spec(job, path, errors);
    }

    private static void schedule(String schedule, FieldErrors errors) {
        Path path = SPEC.field("schedule");
        if (schedule.isEmpty()) {
            errors.required(path, "");
            return;
        }
        if (schedule.contains("TZ")) {
            errors.invalid(
                    path,
                    schedule,
                    "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
            return;
        }
        try {
            CronSchedule.parse(schedule);
        } catch (IllegalArgumentException e) {
            errors.invalid(path, schedule, String.valueOf(e.getMessage()));
        }
    }

    private static void zone(String zone, FieldErrors errors) {
        Path path = SPEC.field("timeZone");
        if (zone.isEmpty()) {
            errors.invalid(path, zone, "timeZone must be nil or non-empty string");
            return;
        }
        if (zone.toLowerCase(Locale.ROOT).equals("local")) {
            errors.invalid(
                    path,
                    zone,
                    "timeZone must be an explicit time zone as defined in"
                            + " https://www.iana.org/time-zones");
            return;
        }
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            errors.invalid(path, zone, "unknown time zone " + zone);
        }
    }
}
