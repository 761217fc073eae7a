package dev.glovebox.controllers.cronjobs;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.EventRecorder;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.Pending;
import dev.glovebox.controllers.loop.Times;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Starts Jobs when their CronJobs are due: what kube-controller-manager's cronjob controller does.
/// What is to be done [CronPlanner] decides. A Job has the name of its time, so that no time has
/// two.
public final class CronJobController implements AutoCloseable {
    private static final String NAME = "cronjob-controller";

    private final Cluster cluster;
    private final Clock clock;
    private final Reflector<CronJob> crons;
    private final Reflector<Job> jobs;
    private final Pending<ObjectKey> pendingJobs = new Pending<>();
    private final Pending<ObjectKey> pendingCrons = new Pending<>();
    private final EventRecorder events;
    private final ControlLoop<ObjectKey> loop;

    private CronJobController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.clock = settings.clock();
        this.crons = settings.informers().of(Kinds.CRON_JOBS);
        this.jobs = settings.informers().of(Kinds.JOBS);
        this.events = settings.events(NAME);
        this.loop =
                settings.<ObjectKey>loop(NAME)
                        .follow(crons, cron -> Stream.of(ObjectKey.of(cron)))
                        .follow(jobs, job -> Owner.keyOf(job, "batch", "CronJob").stream())
                        .start(this::reconcile);
    }

    /// Starts it.
    public static CronJobController start(LoopSettings settings) {
        return new CronJobController(settings);
    }

    @Override
    public void close() {
        loop.close();
        events.close();
    }

    private Outcome reconcile(ObjectKey key) {
        Image<Job> seen = jobs.image();
        Image<CronJob> known = crons.image();
        if (!pendingJobs.isIn(seen, key) || !pendingCrons.isIn(known, key)) {
            return new Outcome.Again(LoopSettings.NEXT_LOOK);
        }
        Optional<CronJob> found = known.get(key);
        if (found.isEmpty()) {
            return new Outcome.Done();
        }
        CronJob cron = found.get();
        Owner owner = Owner.of(cron, any -> false);
        List<Job> owned = seen.values().stream().filter(owner::controls).toList();
        Instant now = clock.instant();
        CronPlan plan = CronPlanner.plan(cron, owned, now);
        for (CronPlan.Note note : plan.notes()) {
            if (note.warning()) {
                events.warning(owner.about(), note.reason(), note.message());
            } else {
                events.normal(owner.about(), note.reason(), note.message());
            }
        }
        carryOut(cron, owner, plan);
        return plan.nextLook()
                .<Outcome>map(then -> new Outcome.Again(Times.until(then, now)))
                .orElseGet(Outcome.Done::new);
    }

    private void carryOut(CronJob cron, Owner owner, CronPlan plan) {
        plan.replace().forEach(job -> delete(owner, job));
        CronJobStatus status =
                plan.start().map(start -> start(owner, plan, start)).orElse(plan.status());
        if (!status.equals(Objects.requireNonNullElseGet(cron.getStatus(), CronJobStatus::new))) {
            pendingCrons.wrote(
                    owner.key(),
                    cluster.updateStatus(
                            Kinds.CRON_JOBS, new CronJobBuilder(cron).withStatus(status).build()));
        }
        plan.expired().forEach(job -> delete(owner, job));
    }

    /// Makes a Job; the status after that.
    private CronJobStatus start(Owner owner, CronPlan plan, CronPlan.Start start) {
        CronJobStatus before = plan.status();
        List<String> replaced =
                plan.replace().stream().map(job -> job.getMetadata().getUid()).toList();
        List<ObjectReference> left =
                before.getActive().stream()
                        .filter(each -> !replaced.contains(each.getUid()))
                        .toList();
        before.setActive(left);
        return create(owner, start.job())
                .map(job -> CronPlanner.started(before, job, start.due()))
                .orElse(before);
    }

    /// The Job, whether it was made now or before; empty where nobody wants it any more.
    private Optional<Job> create(Owner owner, Job job) {
        try {
            Job created = cluster.create(Kinds.JOBS, job);
            pendingJobs.wrote(owner.key(), created);
            events.normal(
                    owner.about(),
                    "SuccessfulCreate",
                    "Created job " + created.getMetadata().getName());
            return Optional.of(created);
        } catch (ApiException e) {
            if (e.reason() == StatusReason.ALREADY_EXISTS) {
                Optional<Job> there =
                        cluster.get(Kinds.JOBS, ObjectKey.of(job)).filter(owner::controls);
                if (there.isPresent()) {
                    return there;
                }
            }
            events.warning(owner.about(), "FailedCreate", "Error creating job: " + e.getMessage());
            throw e;
        }
    }

    private void delete(Owner owner, Job job) {
        String uid = job.getMetadata().getUid();
        try {
            cluster.delete(Kinds.JOBS, ObjectKey.of(job), DeleteOptions.withDependents(uid));
            pendingJobs.deleted(owner.key(), uid);
            events.normal(
                    owner.about(),
                    "SuccessfulDelete",
                    "Deleted job " + job.getMetadata().getName());
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND) {
                events.warning(owner.about(), "FailedDelete", "Deleted job: " + e.getMessage());
                throw e;
            }
        }
    }
}
