package dev.glovebox.controllers.jobs;

import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Counts each pod of a Job once, whatever goes wrong in between: a pod that has ended is first
/// noted by its uid in the status, then let go, and counted when it has been. Source:
/// kube-controller-manager's `trackJobStatusAndRemoveFinalizers` (KEP-2307).
final class JobTally {
    /// Most pods that are noted at a time.
    static final int MOST = 500;

    private final JobView job;
    private final List<JobPod> pods;
    private final FailurePolicy policy;
    private final Set<String> noted = new LinkedHashSet<>();
    private final List<String> succeeded = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<JobPod> release = new ArrayList<>();
    private int countedSucceeded;
    private int countedFailed;

    JobTally(JobView job, List<JobPod> pods, FailurePolicy policy) {
        this.job = job;
        this.pods = pods;
        this.policy = policy;
        UncountedTerminatedPods uncounted = job.status().getUncountedTerminatedPods();
        if (uncounted != null) {
            succeeded.addAll(uncounted.getSucceeded());
            failed.addAll(uncounted.getFailed());
        }
        noted.addAll(succeeded);
        noted.addAll(failed);
        countedSucceeded = orZero(job.status().getSucceeded());
        countedFailed = orZero(job.status().getFailed());
    }

    private static int orZero(@org.jspecify.annotations.Nullable Integer count) {
        return count == null ? 0 : count;
    }

    /// How many have succeeded so far, counted or not.
    int succeededSoFar() {
        return countedSucceeded
                + succeeded.size()
                + (int) fresh().filter(JobPod::hasSucceeded).count();
    }

    /// How many have failed so far, counted or not.
    int failedSoFar() {
        return countedFailed
                + failed.size()
                + (int)
                        fresh().filter(pod -> pod.hasFailed(job))
                                .filter(pod -> policy.of(pod.pod()).counts())
                                .count();
    }

    /// Pods that are held and of which the status knows nothing yet.
    private java.util.stream.Stream<JobPod> fresh() {
        return pods.stream()
                .filter(JobPod::isHeld)
                .filter(pod -> !noted.contains(pod.uid()))
                .filter(pod -> !job.indexed() || pod.index(job).isPresent());
    }

    /// Notes all that have ended and lets go whom nobody needs any more.
    ///
    /// @param ending how the Job ends; empty where it goes on
    /// @param indexes of an Indexed Job
    void track(Optional<JobPlanner.Ending> ending, Optional<JobIndexes> indexes) {
        count();
        for (JobPod pod : pods) {
            if (succeeded.size() + failed.size() >= MOST) {
                return;
            }
            boolean waits = indexes.filter(each -> each.isRetried(pod)).isPresent();
            boolean over =
                    job.leaving()
                            || ending.isPresent()
                            || pod.hasSucceeded()
                            || (pod.hasFailed(job) && !waits);
            if (pod.isHeld() && over) {
                release.add(pod);
                note(pod, ending);
            }
        }
    }

    /// Counts those that have been let go.
    private void count() {
        Set<String> held =
                pods.stream().filter(JobPod::isHeld).map(JobPod::uid).collect(Collectors.toSet());
        countedSucceeded += succeeded.size();
        succeeded.retainAll(held);
        countedSucceeded -= succeeded.size();
        countedFailed += failed.size();
        failed.retainAll(held);
        countedFailed -= failed.size();
    }

    /// Of a Job that has failed, whatever still ran has failed too. Indexes that have succeeded are
    /// noted as such and need no uids.
    private void note(JobPod pod, Optional<JobPlanner.Ending> ending) {
        boolean placed = !job.indexed() || pod.index(job).isPresent();
        if (noted.contains(pod.uid()) || !placed) {
            return;
        }
        boolean lost = ending.filter(each -> each.type().equals(JobView.FAILED)).isPresent();
        if (pod.hasSucceeded()) {
            if (!job.indexed()) {
                succeeded.add(pod.uid());
            }
        } else if ((pod.hasFailed(job) || lost) && policy.of(pod.pod()).counts()) {
            failed.add(pod.uid());
        }
    }

    List<JobPod> release() {
        return release;
    }

    /// Whether every pod that has ended is counted and let go.
    boolean isSettled() {
        return release.isEmpty() && succeeded.isEmpty() && failed.isEmpty();
    }

    int countedSucceeded() {
        return countedSucceeded;
    }

    int countedFailed() {
        return countedFailed;
    }

    UncountedTerminatedPods uncounted() {
        UncountedTerminatedPods uncounted = new UncountedTerminatedPods();
        uncounted.setSucceeded(succeeded);
        uncounted.setFailed(failed);
        return uncounted;
    }
}
