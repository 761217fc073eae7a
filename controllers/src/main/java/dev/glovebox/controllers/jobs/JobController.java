package dev.glovebox.controllers.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.EventRecorder;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Selectors;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.Claimer;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.Pending;
import dev.glovebox.controllers.loop.PodControl;
import dev.glovebox.controllers.loop.SlowStart;
import dev.glovebox.controllers.loop.Times;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Runs Jobs to their end: what kube-controller-manager's job controller does. What is to be done
/// [JobPlanner] decides; a plan is made only of images that show all that the plans before have
/// written.
public final class JobController implements AutoCloseable {
    private static final String NAME = "job-controller";
    private static final String NAME_LABEL = "batch.kubernetes.io/job-name";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final Clock clock;
    private final Reflector<Job> jobs;
    private final Reflector<Pod> pods;
    private final Claimer<Job, Pod> claimer;
    private final Pending<ObjectKey> pendingPods = new Pending<>();
    private final Pending<ObjectKey> pendingJobs = new Pending<>();
    private final EventRecorder events;
    private final PodControl control;
    private final ControlLoop<ObjectKey> loop;

    private JobController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.clock = settings.clock();
        this.jobs = settings.informers().of(Kinds.JOBS);
        this.pods = settings.informers().of(Resource.PODS);
        this.claimer = new Claimer<>(cluster, Kinds.JOBS, Resource.PODS, Set.of(JobPod.FINALIZER));
        this.events = settings.events(NAME);
        this.control = new PodControl(cluster, events, pendingPods);
        this.loop =
                settings.<ObjectKey>loop(NAME)
                        .follow(jobs, job -> Stream.of(ObjectKey.of(job)))
                        .follow(pods, JobController::concerned)
                        .start(this::reconcile);
    }

    /// Starts it.
    public static JobController start(LoopSettings settings) {
        return new JobController(settings);
    }

    @Override
    public void close() {
        loop.close();
        events.close();
    }

    /// A pod concerns its Job; one that has none any more, the Job of which it has the label.
    private static Stream<ObjectKey> concerned(Pod pod) {
        if (Owner.controllerOf(pod).isPresent()) {
            return Owner.keyOf(pod, "batch", "Job").stream();
        }
        String name = Selectors.labels(pod).getOrDefault(NAME_LABEL, "");
        return name.isEmpty()
                ? Stream.empty()
                : Stream.of(new ObjectKey(pod.getMetadata().getNamespace(), name));
    }

    private Outcome reconcile(ObjectKey key) {
        Image<Pod> seen = pods.image();
        Image<Job> known = jobs.image();
        if (!pendingPods.isIn(seen, key) || !pendingJobs.isIn(known, key)) {
            return new Outcome.Again(LoopSettings.NEXT_LOOK);
        }
        Optional<Job> found = known.get(key);
        List<Pod> related =
                seen.values().stream().filter(pod -> concerned(pod).anyMatch(key::equals)).toList();
        if (found.isEmpty() || new JobView(found.get()).ending().isPresent()) {
            related.forEach(pod -> release(key, pod));
            return new Outcome.Done();
        }
        JobView job = new JobView(found.get());
        if (job.isOthers()) {
            return new Outcome.Done();
        }
        if (!job.understood()) {
            events.warning(
                    EventRecorder.about(job.job()),
                    "UnknownCompletionMode",
                    "Skipped Job sync because completion mode is unknown");
            return new Outcome.Done();
        }
        Owner owner = Owner.of(job.job(), Selectors.of(job.spec().getSelector()));
        List<Pod> owned = claimer.claim(owner, seen.values());
        related.stream()
                .filter(pod -> !owner.controls(pod) && !owner.selector().test(pod))
                .forEach(pod -> release(key, pod));
        Instant now = clock.instant();
        JobPlan plan = JobPlanner.plan(job.job(), owned, now);
        carryOut(job, owner, plan);
        return plan.nextLook()
                .<Outcome>map(then -> new Outcome.Again(Times.until(then, now)))
                .orElseGet(Outcome.Done::new);
    }

    private void carryOut(JobView job, Owner owner, JobPlan plan) {
        SlowStart.Result deleted =
                SlowStart.atOnce(
                        0,
                        plan.delete().size(),
                        number -> control.delete(owner, plan.delete().get(number).pod()));
        deleted.failure()
                .ifPresent(failure -> {
                    throw failure;
                });
        SlowStart.Result created =
                SlowStart.run(
                        plan.create().size(),
                        number ->
                                control.create(
                                        owner,
                                        JobTemplates.pod(job, owner, plan.create().get(number))));
        int lacking = plan.create().size() - created.done();
        write(job, owner, plan, lacking);
        plan.release().forEach(pod -> release(owner.key(), pod.pod()));
        created.failure()
                .ifPresent(failure -> {
                    throw failure;
                });
    }

    /// Writes the status, but for pods that could not be made.
    private void write(JobView job, Owner owner, JobPlan plan, int lacking) {
        Integer active = plan.status().getActive();
        JobStatus status =
                lacking == 0 || active == null
                        ? plan.status()
                        : new JobStatusBuilder(plan.status())
                                .withActive(active == lacking ? null : active - lacking)
                                .build();
        if (status.equals(job.status())) {
            return;
        }
        pendingJobs.wrote(
                owner.key(),
                cluster.updateStatus(
                        Kinds.JOBS, new JobBuilder(job.job()).withStatus(status).build()));
        for (JobPlan.Note note : plan.notes()) {
            switch (note.kind()) {
                case NORMAL -> events.normal(owner.about(), note.reason(), note.message());
                case WARNING -> events.warning(owner.about(), note.reason(), note.message());
            }
        }
    }

    /// Lets a pod go that is counted, or that no Job will ever count.
    private void release(ObjectKey key, Pod pod) {
        if (!new JobPod(pod).isHeld()) {
            return;
        }
        ObjectNode patch = JSON.createObjectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.put("uid", pod.getMetadata().getUid());
        metadata.put("resourceVersion", pod.getMetadata().getResourceVersion());
        metadata.set(
                "finalizers",
                JSON.valueToTree(
                        pod.getMetadata().getFinalizers().stream()
                                .filter(each -> !each.equals(JobPod.FINALIZER))
                                .toList()));
        try {
            pendingPods.wrote(
                    key, cluster.patch(Resource.PODS, ObjectKey.of(pod), Patch.merge(patch), ""));
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND) {
                throw e;
            }
        }
    }
}
