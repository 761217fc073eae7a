package dev.glovebox.controllers.cronjobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.controllers.loop.Lab;
import dev.glovebox.model.CronSchedule;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronPlannerTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static CronJob cron(String more, String status) {
        return Lab.json(
                CronJob.class,
                """
                {"apiVersion":"batch/v1","kind":"CronJob",
                 "metadata":{"name":"c","namespace":"default","uid":"c",
                  "creationTimestamp":"2026-01-01T11:58:30Z"},
                 "spec":{"schedule":"* * * * *",%s"successfulJobsHistoryLimit":1,
                  "failedJobsHistoryLimit":1,
                  "jobTemplate":{"metadata":{"labels":{"l":"m"}},"spec":{"template":{}}}},
                 "status":{%s}}
                """
                        .formatted(more, status));
    }

    private static Job job(String name, String condition, String start) {
        return Lab.json(
                Job.class,
                """
                {"apiVersion":"batch/v1","kind":"Job",
                 "metadata":{"name":"%s","namespace":"default","uid":"%s"},
                 "status":{"startTime":"%s","completionTime":"2026-01-01T11:59:50Z",
                  "conditions":[%s]}}
                """
                        .formatted(
                                name,
                                name,
                                start,
                                condition.isEmpty()
                                        ? ""
                                        : "{\"type\":\"" + condition + "\",\"status\":\"True\"}"));
    }

    private static String active(String name) {
        return "\"active\":[{\"kind\":\"Job\",\"name\":\"%s\",\"uid\":\"%s\"}]"
                .formatted(name, name);
    }

    private static List<String> reasons(CronPlan plan) {
        return plan.notes().stream().map(CronPlan.Note::reason).toList();
    }

    @Test
    void the_last_time_that_was_missed_gets_a_job_of_its_name() {
        CronPlan plan = CronPlanner.plan(cron("", ""), List.of(), NOON.plusSeconds(5));
        Job job = plan.start().orElseThrow().job();
        assertThat(job.getMetadata().getName()).isEqualTo("c-" + NOON.getEpochSecond() / 60);
        assertThat(job.getMetadata().getLabels()).containsEntry("l", "m");
        assertThat(job.getMetadata().getAnnotations())
                .containsEntry(
                        "batch.kubernetes.io/cronjob-scheduled-timestamp", "2026-01-01T12:00:00Z");
        assertThat(plan.nextLook()).contains(NOON.plusSeconds(60).plusMillis(100));
        assertThat(CronPlanner.started(plan.status(), job, NOON).getLastScheduleTime())
                .isEqualTo("2026-01-01T12:00:00Z");
    }

    @Test
    void a_time_that_has_had_its_job_gets_no_other() {
        CronJob cron = cron("", "\"lastScheduleTime\":\"2026-01-01T12:00:00Z\"");
        assertThat(CronPlanner.plan(cron, List.of(), NOON.plusSeconds(59)).start()).isEmpty();
        assertThat(CronPlanner.plan(cron, List.of(), NOON.plusSeconds(60)).start()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"Allow, true, 0", "Forbid, false, 0", "Replace, true, 1"})
    void what_still_runs_is_left_waited_for_or_replaced(
            String policy, boolean starts, int replaced) {
        CronJob cron = cron("\"concurrencyPolicy\":\"" + policy + "\",", active("j"));
        CronPlan plan = CronPlanner.plan(cron, List.of(job("j", "", "2026-01-01T11:59:00Z")), NOON);
        assertThat(plan.start().isPresent()).isEqualTo(starts);
        assertThat(plan.replace()).hasSize(replaced);
        assertThat(reasons(plan).contains("JobAlreadyActive")).isEqualTo(!starts);
    }

    @Test
    void one_that_is_suspended_starts_nothing() {
        assertThat(CronPlanner.plan(cron("\"suspend\":true,", ""), List.of(), NOON).start())
                .isEmpty();
    }

    @Test
    void what_is_too_late_is_left_out_and_told() {
        CronJob cron =
                Lab.json(
                        CronJob.class,
                        """
                        {"apiVersion":"batch/v1","kind":"CronJob",
                         "metadata":{"name":"c","namespace":"default","uid":"c",
                          "creationTimestamp":"2026-01-01T11:00:00Z"},
                         "spec":{"schedule":"0 12 * * *","startingDeadlineSeconds":30,
                          "jobTemplate":{"spec":{"template":{}}}}}
                        """);
        assertThat(CronPlanner.plan(cron, List.of(), NOON.plusSeconds(29)).start()).isPresent();
        CronPlan late = CronPlanner.plan(cron, List.of(), NOON.plusSeconds(45));
        assertThat(late.start()).isEmpty();
        assertThat(late.notes())
                .singleElement()
                .satisfies(note ->
                        assertThat(note.message())
                                .isEqualTo(
                                        "Missed scheduled time to start a job: Thu, 01 Jan 2026"
                                                + " 12:00:00 +0000"));
    }

    @Test
    void what_has_ended_is_noticed_and_the_oldest_of_it_goes() {
        CronJob cron = cron("", active("new") + ",\"lastScheduleTime\":\"2026-01-01T12:00:00Z\"");
        CronPlan plan =
                CronPlanner.plan(
                        cron,
                        List.of(
                                job("new", "Complete", "2026-01-01T11:59:00Z"),
                                job("old", "Complete", "2026-01-01T11:58:00Z"),
                                job("bad", "Failed", "2026-01-01T11:57:00Z")),
                        NOON);
        assertThat(reasons(plan)).containsExactly("SawCompletedJob");
        assertThat(plan.status().getActive()).isEmpty();
        assertThat(plan.status().getLastSuccessfulTime()).isEqualTo("2026-01-01T11:59:50Z");
        assertThat(plan.expired())
                .extracting(job -> job.getMetadata().getName())
                .containsExactly("old");
    }

    @Test
    void what_has_gone_and_what_nobody_started_is_told() {
        CronJob cron = cron("", active("gone") + ",\"lastScheduleTime\":\"2026-01-01T12:00:00Z\"");
        CronPlan plan =
                CronPlanner.plan(cron, List.of(job("odd", "", "2026-01-01T11:59:00Z")), NOON);
        assertThat(reasons(plan)).containsExactly("UnexpectedJob", "MissingJob");
        assertThat(plan.status().getActive()).isEmpty();
    }

    @Test
    void a_time_zone_that_is_none_starts_nothing() {
        CronPlan plan =
                CronPlanner.plan(cron("\"timeZone\":\"Europe/Nowhere\",", ""), List.of(), NOON);
        assertThat(reasons(plan)).containsExactly("UnknownTimeZone");
        assertThat(plan.start()).isEmpty();
    }

    @Test
    void after_a_long_rest_one_job_is_started_and_that_is_told() {
        CronPlan plan =
                CronPlanner.plan(
                        cron("", "\"lastScheduleTime\":\"2020-01-01T00:00:00Z\""), List.of(), NOON);
        assertThat(plan.start().orElseThrow().due()).isEqualTo(NOON);
        assertThat(reasons(plan)).containsExactly("TooManyMissedTimes");
    }

    @Test
    void the_last_time_is_the_one_that_looking_at_all_would_find() {
        Random random = new Random(20261127);
        List<String> schedules =
                List.of("* * * * *", "*/7 3-9 * * *", "30 4 1,15 * 5", "@monthly", "0 0 29 2 *");
        for (int round = 0; round < 60; round++) {
            Timetable timetable =
                    new Timetable(
                            CronSchedule.parse(schedules.get(round % schedules.size())),
                            ZoneOffset.UTC);
            Instant after = NOON.minus(Duration.ofMinutes(random.nextInt(60 * 24 * 3)));
            List<Instant> all = new ArrayList<>();
            Optional<Instant> next = timetable.next(after);
            while (next.isPresent() && !next.get().isAfter(NOON) && all.size() < 5000) {
                all.add(next.get());
                next = timetable.next(next.get());
            }
            if (all.size() < 5000) {
                assertThat(timetable.last(after, NOON))
                        .isEqualTo(all.isEmpty() ? Optional.empty() : Optional.of(all.getLast()));
            }
        }
    }
}
