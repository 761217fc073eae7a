package dev.glovebox.controllers.jobs;

import dev.glovebox.controllers.loop.DeletionOrder;
import dev.glovebox.controllers.loop.PodFacts;
import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// How many pods of a Job run at a time: which to make and which to delete, never both at once.
/// Pure. Source: kube-controller-manager's `manageJob`.
///
/// @param nextLook when more may be made; empty where nothing waits
record JobSizing(List<JobPod> delete, List<JobPlan.NewPod> create, Optional<Instant> nextLook) {
    static final JobSizing NOTHING = new JobSizing(List.of(), List.of(), Optional.empty());

    /// Most pods that are made or deleted at one go.
    private static final int BURST = 500;

    JobSizing {
        delete = List.copyOf(delete);
        create = List.copyOf(create);
    }

    static JobSizing deleting(List<JobPod> pods) {
        return new JobSizing(pods, List.of(), Optional.empty());
    }

    /// The sizing of a Job that goes on.
    ///
    /// @param succeeded how many pods have succeeded so far
    static JobSizing of(
            JobView job,
            List<JobPod> pods,
            Optional<JobIndexes> indexes,
            int succeeded,
            Instant now) {
        List<JobPod> active = pods.stream().filter(pod -> PodFacts.isActive(pod.pod())).toList();
        int wanted = wanted(job, active.size(), succeeded);
        List<JobPod> excess = excess(job, active, active.size() - wanted, now);
        if (!excess.isEmpty()) {
            return deleting(excess.stream().limit(BURST).toList());
        }
        int ending =
                job.replacesOnlyFailed()
                        ? (int) pods.stream().filter(JobPod::isTerminating).count()
                        : 0;
        int missing = Math.min(BURST, wanted - ending - active.size());
        if (missing <= 0) {
            return NOTHING;
        }
        Instant from = job.limitPerIndex().isPresent() ? Instant.MIN : retry(job, pods);
        if (from.isAfter(now)) {
            return new JobSizing(List.of(), List.of(), Optional.of(from));
        }
        return indexes.map(each -> indexed(each, missing, now))
                .orElseGet(() ->
                        new JobSizing(
                                List.of(),
                                java.util.Collections.nCopies(
                                        missing,
                                        new JobPlan.NewPod(OptionalInt.empty(), Optional.empty())),
                                Optional.empty()));
    }

    private static int wanted(JobView job, int active, int succeeded) {
        if (job.suspended()) {
            return 0;
        }
        if (job.completions().isEmpty()) {
            return succeeded > 0 ? active : job.parallelism();
        }
        return Math.clamp(job.completions().get() - (long) succeeded, 0, job.parallelism());
    }

    private static Instant retry(JobView job, List<JobPod> pods) {
        return Retries.from(
                pods.stream().filter(JobPod::hasSucceeded).toList(),
                pods.stream().filter(pod -> pod.hasFailed(job)).toList());
    }

    /// Of an Indexed Job those go first that have no index or one that another has too.
    private static List<JobPod> excess(JobView job, List<JobPod> active, int atLeast, Instant now) {
        List<Pod> all = active.stream().map(JobPod::pod).toList();
        Comparator<JobPod> order = Comparator.comparing(JobPod::pod, new DeletionOrder(all, now));
        List<JobPod> latestFirst = active.stream().sorted(order.reversed()).toList();
        List<JobPod> excess = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (JobPod pod : job.indexed() ? latestFirst : List.<JobPod>of()) {
            OptionalInt index = pod.index(job);
            if (index.isEmpty() || !seen.add(index.getAsInt())) {
                excess.add(pod);
            }
        }
        latestFirst.reversed().stream()
                .filter(pod -> !excess.contains(pod))
                .limit(Math.max(0, atLeast - excess.size()))
                .toList()
                .forEach(excess::add);
        return excess;
    }

    private static JobSizing indexed(JobIndexes indexes, int missing, Instant now) {
        List<JobPlan.NewPod> create = new ArrayList<>();
        Optional<Instant> nextLook = Optional.empty();
        for (int index : indexes.pending(missing)) {
            Instant from = indexes.from(index);
            if (from.isAfter(now)) {
                nextLook = Times.earlier(nextLook, Optional.of(from));
            } else {
                create.add(new JobPlan.NewPod(OptionalInt.of(index), indexes.retried(index)));
            }
        }
        return new JobSizing(List.of(), create, nextLook);
    }
}
