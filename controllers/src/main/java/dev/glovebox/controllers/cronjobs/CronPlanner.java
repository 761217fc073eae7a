package dev.glovebox.controllers.cronjobs;

import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.Times;
import dev.glovebox.model.CronSchedule;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Plans what is to be done about a CronJob. Pure: whoever carries a plan out sees the outcome in
/// the next facts. Source: kube-controller-manager's `cronjob_controllerv2.go`.
final class CronPlanner {
    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final int MANY = 100;
    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final CronJob cron;
    private final List<Job> owned;
    private final Instant now;
    private final List<ObjectReference> active;
    private final List<CronPlan.Note> notes = new ArrayList<>();
    private Optional<Instant> lastSuccess;

    private CronPlanner(CronJob cron, List<Job> owned, Instant now) {
        this.cron = cron;
        this.owned = owned;
        this.now = now;
        this.active = new ArrayList<>(status().getActive());
        this.lastSuccess = Times.of(status().getLastSuccessfulTime());
    }

    /// A plan.
    ///
    /// @param owned Jobs that it controls
    static CronPlan plan(CronJob cron, List<Job> owned, Instant now) {
        CronPlanner planner = new CronPlanner(cron, owned, now);
        planner.track();
        return planner.plan();
    }

    private CronJobStatus status() {
        return Objects.requireNonNullElseGet(cron.getStatus(), CronJobStatus::new);
    }

    private CronJobSpec spec() {
        return cron.getSpec();
    }

    /// The condition that ended a Job; empty while it goes on.
    static Optional<JobCondition> ending(Job job) {
        return job.getStatus() == null
                ? Optional.empty()
                : job.getStatus().getConditions().stream()
                        .filter(each -> each.getStatus().equals("True"))
                        .filter(each ->
                                each.getType().equals("Complete")
                                        || each.getType().equals("Failed"))
                        .findFirst();
    }

    /// Takes those out of the active ones that have ended or gone.
    private void track() {
        for (Job job : owned) {
            String uid = job.getMetadata().getUid();
            String name = job.getMetadata().getName();
            boolean known = active.stream().anyMatch(each -> each.getUid().equals(uid));
            Optional<JobCondition> end = ending(job);
            if (known && end.isPresent()) {
                active.removeIf(each -> each.getUid().equals(uid));
                notes.add(
                        CronPlan.Note.normal(
                                "SawCompletedJob",
                                "Saw completed job: %s, condition: %s"
                                        .formatted(name, end.get().getType())));
                succeeded(job, end.get());
            } else if (!known && end.isEmpty()) {
                notes.add(
                        CronPlan.Note.warning(
                                "UnexpectedJob",
                                "Saw a job that the controller did not create or forgot: " + name));
            }
        }
        List<String> there = owned.stream().map(job -> job.getMetadata().getUid()).toList();
        for (ObjectReference gone :
                active.stream().filter(each -> !there.contains(each.getUid())).toList()) {
            active.remove(gone);
            notes.add(
                    CronPlan.Note.normal(
                            "MissingJob", "Active job went missing: " + gone.getName()));
        }
    }

    private void succeeded(Job job, JobCondition end) {
        Optional<Instant> time = Times.of(job.getStatus().getCompletionTime());
        if (end.getType().equals("Complete")
                && time.filter(each -> each.isAfter(lastSuccess.orElse(Instant.MIN))).isPresent()) {
            lastSuccess = time;
        }
    }

    private CronPlan plan() {
        if (cron.getMetadata().getDeletionTimestamp() != null) {
            return idle(List.of(), Optional.empty());
        }
        Optional<Timetable> timetable = timetable();
        if (timetable.isEmpty() || Boolean.TRUE.equals(spec().getSuspend())) {
            return idle(expired(), Optional.empty());
        }
        Optional<Instant> again = timetable.get().next(now).map(next -> next.plusMillis(100));
        Optional<Instant> due = due(timetable.get());
        if (due.isEmpty()) {
            return idle(expired(), again);
        }
        boolean forbids = "Forbid".equals(spec().getConcurrencyPolicy());
        if (forbids && !active.isEmpty()) {
            notes.add(
                    CronPlan.Note.normal(
                            "JobAlreadyActive",
                            "Not starting job because prior execution is running and concurrency"
                                    + " policy is Forbid"));
            return idle(expired(), again);
        }
        boolean replaces = "Replace".equals(spec().getConcurrencyPolicy());
        List<Job> replaced = replaces ? owned.stream().filter(this::isActive).toList() : List.of();
        return new CronPlan(
                replaced,
                Optional.of(new CronPlan.Start(job(due.get(), timetable.get()), due.get())),
                expired(),
                written(),
                notes,
                again);
    }

    private boolean isActive(Job job) {
        return active.stream().anyMatch(each -> each.getUid().equals(job.getMetadata().getUid()));
    }

    private Optional<Timetable> timetable() {
        try {
            return Optional.of(
                    new Timetable(
                            CronSchedule.parse(spec().getSchedule()),
                            Timetable.zone(spec().getTimeZone())));
        } catch (DateTimeException e) {
            notes.add(
                    CronPlan.Note.warning(
                            "UnknownTimeZone",
                            "invalid timeZone: \"%s\": %s"
                                    .formatted(spec().getTimeZone(), e.getMessage())));
        } catch (IllegalArgumentException e) {
            notes.add(
                    CronPlan.Note.warning(
                            "UnparseableSchedule",
                            "unparseable schedule: \"%s\" : %s"
                                    .formatted(spec().getSchedule(), e.getMessage())));
        }
        return Optional.empty();
    }

    /// For when a Job is to be started now; empty where none is.
    private Optional<Instant> due(Timetable timetable) {
        Instant last =
                Times.of(status().getLastScheduleTime())
                        .or(() -> Times.of(cron.getMetadata().getCreationTimestamp()))
                        .orElse(now);
        Long deadline = spec().getStartingDeadlineSeconds();
        Instant since = deadline == null ? last : Timetable.later(last, now.minusSeconds(deadline));
        Optional<Instant> due = timetable.last(since, now);
        if (due.isPresent() && timetable.missed(since, now) > MANY) {
            notes.add(
                    CronPlan.Note.warning(
                            "TooManyMissedTimes",
                            "too many missed start times. Set or decrease"
                                    + " .spec.startingDeadlineSeconds or check clock skew"));
        }
        if (due.isEmpty() && deadline != null) {
            timetable
                    .last(Timetable.later(last, now.minusSeconds(deadline * 2 + 60)), now)
                    .ifPresent(missed ->
                            notes.add(
                                    CronPlan.Note.warning(
                                            "MissSchedule",
                                            "Missed scheduled time to start a job: "
                                                    + RFC_1123.format(missed))));
        }
        return due;
    }

    /// The Job of a time; its name is the same however often it is planned.
    private Job job(Instant due, Timetable timetable) {
        var template = spec().getJobTemplate();
        return new JobBuilder()
                .withMetadata(
                        new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                                .withNamespace(cron.getMetadata().getNamespace())
                                .withName(
                                        cron.getMetadata().getName()
                                                + "-"
                                                + due.getEpochSecond() / 60)
                                .withLabels(
                                        template.getMetadata() == null
                                                ? null
                                                : template.getMetadata().getLabels())
                                .withAnnotations(
                                        template.getMetadata() == null
                                                ? null
                                                : template.getMetadata().getAnnotations())
                                .addToAnnotations(
                                        SCHEDULED,
                                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                                due.truncatedTo(ChronoUnit.SECONDS)
                                                        .atZone(timetable.zone())))
                                .withOwnerReferences(Owner.of(cron, any -> false).reference())
                                .build())
                .withSpec(template.getSpec())
                .build();
    }

    /// Jobs that ended, the oldest first, as many of each sort as are too many.
    private List<Job> expired() {
        return Stream.concat(
                        oldest("Complete", spec().getSuccessfulJobsHistoryLimit()),
                        oldest("Failed", spec().getFailedJobsHistoryLimit()))
                .toList();
    }

    private Stream<Job> oldest(String type, @Nullable Integer kept) {
        List<Job> ended =
                owned.stream()
                        .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
                        .filter(job ->
                                ending(job).filter(each -> each.getType().equals(type)).isPresent())
                        .sorted(
                                Comparator.comparing((Job job) ->
                                                Times.of(job.getStatus().getStartTime())
                                                        .orElse(Instant.MAX))
                                        .thenComparing(job -> job.getMetadata().getName()))
                        .toList();
        return kept == null
                ? Stream.empty()
                : ended.stream().limit(Math.max(0, ended.size() - kept));
    }

    private CronJobStatus written() {
        return new CronJobStatusBuilder(status())
                .withActive(active)
                .withLastSuccessfulTime(lastSuccess.map(Times::text).orElse(null))
                .build();
    }

    private CronPlan idle(List<Job> expired, Optional<Instant> again) {
        return new CronPlan(List.of(), Optional.empty(), expired, written(), notes, again);
    }

    /// A status after a Job was made.
    static CronJobStatus started(CronJobStatus status, Job job, Instant due) {
        return new CronJobStatusBuilder(status)
                .addToActive(
                        new ObjectReferenceBuilder()
                                .withApiVersion("batch/v1")
                                .withKind("Job")
                                .withNamespace(job.getMetadata().getNamespace())
                                .withName(job.getMetadata().getName())
                                .withUid(job.getMetadata().getUid())
                                .withResourceVersion(job.getMetadata().getResourceVersion())
                                .build())
                .withLastScheduleTime(Times.text(due))
                .build();
    }
}
