package dev.glovebox.controllers.jobs;

import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.batch.v1.SuccessPolicyRule;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Where the indexes of an Indexed Job are: which have succeeded, which have failed for good, which
/// wait to be tried again. Source: kube-controller-manager's `indexed_job_utils.go` and
/// `success_policy.go`.
final class JobIndexes {
    private final JobView job;
    private final List<JobPod> pods;
    private final FailurePolicy policy;
    private final Indexes counted;
    private final Indexes succeeded;
    private final Indexes failed;
    private final Map<Integer, JobPod> retried = new HashMap<>();

    JobIndexes(JobView job, List<JobPod> pods, FailurePolicy policy) {
        this.job = job;
        this.pods = pods;
        this.policy = policy;
        int completions = job.completions().orElse(0);
        this.counted = parse(job.status().getCompletedIndexes(), completions);
        this.succeeded = counted.copy();
        this.failed = parse(job.status().getFailedIndexes(), completions);
        for (JobPod pod : pods) {
            if (pod.isHeld() && pod.index(job).isPresent()) {
                look(pod, pod.index(job).getAsInt());
            }
        }
        job.limitPerIndex().ifPresent(limit -> findRetried());
    }

    private static Indexes parse(@org.jspecify.annotations.Nullable String text, int completions) {
        return Indexes.parse(Objects.requireNonNullElse(text, ""), completions);
    }

    private void look(JobPod pod, int index) {
        if (pod.hasSucceeded()) {
            succeeded.add(index);
        } else if (job.limitPerIndex().isPresent() && pod.hasFailed(job)) {
            FailurePolicy.Verdict verdict = policy.of(pod.pod());
            boolean last = verdict.counts() && pod.failures() >= job.limitPerIndex().orElse(0);
            if (last || verdict.effect() == FailurePolicy.Effect.FAIL_INDEX) {
                failed.add(index);
            }
        }
    }

    /// The last pod that failed of each index that is neither active nor decided: it stays until
    /// another takes its place and its count of failures.
    private void findRetried() {
        Indexes active = of(pods.stream().filter(pod -> PodFacts.isActive(pod.pod())).toList());
        for (JobPod pod : pods) {
            int index = pod.index(job).orElse(-1);
            if (index < 0
                    || !pod.isHeld()
                    || !pod.hasFailed(job)
                    || succeeded.has(index)
                    || failed.has(index)
                    || active.has(index)) {
                continue;
            }
            retried.merge(index, pod, JobIndexes::later);
        }
    }

    private static JobPod later(JobPod one, JobPod other) {
        int oneCount = one.failures() + one.ignored();
        int otherCount = other.failures() + other.ignored();
        return oneCount <= otherCount && !other.ended().isBefore(one.ended()) ? other : one;
    }

    private Indexes of(Collection<JobPod> some) {
        Indexes indexes = new Indexes();
        some.forEach(pod -> pod.index(job).ifPresent(indexes::add));
        return indexes;
    }

    /// Those that the status has counted.
    Indexes counted() {
        return counted;
    }

    /// Those that have succeeded, counted or not.
    Indexes succeeded() {
        return succeeded;
    }

    /// Those that have failed for good, counted or not.
    Indexes failed() {
        return failed;
    }

    /// Whether a pod stays until another takes its place.
    boolean isRetried(JobPod pod) {
        return retried.containsValue(pod);
    }

    /// The pod whose place a new one of that index takes; empty for none.
    Optional<JobPod> retried(int index) {
        return Optional.ofNullable(retried.get(index));
    }

    /// From when on an index may be tried again.
    Instant from(int index) {
        return retried(index)
                .map(pod -> Retries.after(pod.ended(), pod.failures() + pod.ignored() + 1))
                .orElse(Instant.MIN);
    }

    /// The first indexes that nobody works on.
    List<Integer> pending(int count) {
        Indexes busy = succeeded.copy();
        busy.addAll(failed);
        busy.addAll(
                of(
                        pods.stream()
                                .filter(pod ->
                                        PodFacts.isActive(pod.pod())
                                                || (job.replacesOnlyFailed()
                                                        && pod.isTerminating()))
                                .toList()));
        List<Integer> found = new java.util.ArrayList<>();
        int next = busy.firstAbsent(0);
        while (found.size() < count && next < job.completions().orElse(0)) {
            found.add(next);
            next = busy.firstAbsent(next + 1);
        }
        return found;
    }

    /// Which rule of the success policy is met, in words; empty for none.
    Optional<String> successPolicyMet() {
        if (job.spec().getSuccessPolicy() == null || succeeded.size() == 0) {
            return Optional.empty();
        }
        List<SuccessPolicyRule> rules = job.spec().getSuccessPolicy().getRules();
        for (int i = 0; i < rules.size(); i++) {
            if (isMet(rules.get(i))) {
                return Optional.of("Matched rules at index " + i);
            }
        }
        return Optional.empty();
    }

    private boolean isMet(SuccessPolicyRule rule) {
        Integer count = rule.getSucceededCount();
        if (rule.getSucceededIndexes() == null) {
            return count != null && succeeded.size() >= count;
        }
        Indexes wanted = parse(rule.getSucceededIndexes(), job.completions().orElse(0));
        int common = wanted.common(succeeded);
        return wanted.size() > 0 && (common == wanted.size() || (count != null && common >= count));
    }
}
