package dev.glovebox.controllers.jobs;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.controllers.loop.Lab;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.PodFacts;
import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A Job and its pods without a cluster: plans are carried out at once and to the letter.
final class JobPlay {
    Job job;
    final List<Pod> pods = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private int made;

    JobPlay(String spec) {
        job =
                Lab.json(
                        Job.class,
                        """
                        {"apiVersion":"batch/v1","kind":"Job",
                         "metadata":{"name":"j","namespace":"default","uid":"j"},
                         "spec":{%s"template":{"metadata":{"labels":{"j":"j"}},
                          "spec":{"restartPolicy":"Never",
                           "containers":[{"name":"c","image":"i"}]}}}}
                        """
                                .formatted(spec));
    }

    /// Plans and carries out once.
    JobPlan step() {
        JobPlan plan = JobPlanner.plan(job, pods, now);
        JobView view = new JobView(job);
        Owner owner =
                new Owner("batch/v1", "Job", new ObjectKey("default", "j"), "j", p -> true, false);
        plan.delete().forEach(this::remove);
        plan.create().forEach(wanted -> pods.add(named(JobTemplates.pod(view, owner, wanted))));
        job = new JobBuilder(job).withStatus(plan.status()).build();
        plan.notes().forEach(note -> events.add(note.reason()));
        plan.release()
                .forEach(pod ->
                        change(
                                pod.pod(),
                                new PodBuilder(pod.pod())
                                        .editMetadata()
                                        .withFinalizers()
                                        .endMetadata()
                                        .build()));
        return plan;
    }

    /// Plans until a plan changes nothing.
    void settle() {
        for (int i = 0; i < 20; i++) {
            Job before = job;
            JobPlan plan = step();
            boolean idle =
                    plan.create().isEmpty()
                            && plan.delete().isEmpty()
                            && plan.release().isEmpty()
                            && before.equals(job);
            if (idle || ending() != null) {
                return;
            }
        }
        throw new AssertionError("it never settles: " + job.getStatus());
    }

    private Pod named(Pod pod) {
        String name = "p" + made++;
        return new PodBuilder(pod)
                .editMetadata()
                .withName(name)
                .withUid(name)
                .withCreationTimestamp(Times.text(now))
                .endMetadata()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    /// A pod that is deleted before it was placed ends at once, as soon as it is let go.
    private void remove(JobPod pod) {
        change(
                pod.pod(),
                new PodBuilder(pod.pod())
                        .editMetadata()
                        .withDeletionTimestamp(Times.text(now))
                        .endMetadata()
                        .editStatus()
                        .withPhase("Failed")
                        .endStatus()
                        .build());
    }

    void change(Pod pod, Pod next) {
        pods.replaceAll(each ->
                each.getMetadata().getUid().equals(pod.getMetadata().getUid()) ? next : each);
    }

    List<Pod> active() {
        return pods.stream().filter(PodFacts::isActive).toList();
    }

    String actives() {
        return active().stream()
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.joining(","));
    }

    void end(Pod pod, int code) {
        now = now.plus(Duration.ofSeconds(1));
        change(
                pod,
                new PodBuilder(pod)
                        .editStatus()
                        .withPhase(code == 0 ? "Succeeded" : "Failed")
                        .withContainerStatuses(
                                new ContainerStatusBuilder()
                                        .withName("c")
                                        .withRestartCount(0)
                                        .withState(
                                                new ContainerStateBuilder()
                                                        .withNewTerminated()
                                                        .withExitCode(code)
                                                        .withFinishedAt(Times.text(now))
                                                        .endTerminated()
                                                        .build())
                                        .build())
                        .endStatus()
                        .build());
    }

    /// Ends the oldest active pod.
    void endFirst(int code) {
        end(active().getFirst(), code);
    }

    @org.jspecify.annotations.Nullable
    String ending() {
        return new JobView(job)
                .ending()
                .map(each -> each.getType() + " " + each.getReason())
                .orElse(null);
    }

    String message() {
        return new JobView(job).ending().map(JobCondition::getMessage).orElse("");
    }
}
