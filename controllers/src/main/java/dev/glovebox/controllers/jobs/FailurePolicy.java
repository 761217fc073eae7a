package dev.glovebox.controllers.jobs;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the failure of a pod means to its Job. Source: kube-controller-manager's
/// `pod_failure_policy.go`.
final class FailurePolicy {
    /// A failure like any other.
    private static final Verdict COUNTS = new Verdict(Effect.COUNT, "");

    private final @Nullable PodFailurePolicy policy;

    FailurePolicy(JobView job) {
        this.policy = job.spec().getPodFailurePolicy();
    }

    /// What a failure does.
    enum Effect {
        COUNT,
        IGNORE,
        FAIL_INDEX,
        FAIL_JOB
    }

    /// What a policy says of one failure.
    ///
    /// @param message why the Job fails; empty where it does not
    record Verdict(Effect effect, String message) {
        boolean counts() {
            return effect != Effect.IGNORE;
        }
    }

    /// What the first rule says that fits.
    Verdict of(Pod pod) {
        if (policy == null || pod.getStatus() == null) {
            return COUNTS;
        }
        for (int i = 0; i < policy.getRules().size(); i++) {
            PodFailurePolicyRule rule = policy.getRules().get(i);
            Optional<String> words = fits(rule, pod);
            if (words.isPresent()) {
                return verdict(rule, words.get(), i);
            }
        }
        return COUNTS;
    }

    private static Verdict verdict(PodFailurePolicyRule rule, String words, int index) {
        return switch (rule.getAction()) {
            case "Ignore" -> new Verdict(Effect.IGNORE, "");
            case "FailIndex" -> new Verdict(Effect.FAIL_INDEX, "");
            case "FailJob" ->
                    new Verdict(
                            Effect.FAIL_JOB,
                            "%s matching FailJob rule at index %d".formatted(words, index));
            default -> COUNTS;
        };
    }

    /// What in the pod fits a rule, in words; empty where nothing does.
    private static Optional<String> fits(PodFailurePolicyRule rule, Pod pod) {
        String name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        if (rule.getOnExitCodes() != null) {
            return Stream.of(
                            pod.getStatus().getContainerStatuses(),
                            pod.getStatus().getInitContainerStatuses())
                    .flatMap(List::stream)
                    .filter(status -> fits(rule.getOnExitCodes(), status))
                    .findFirst()
                    .map(status ->
                            "Container %s for pod %s failed with exit code %d"
                                    .formatted(
                                            status.getName(),
                                            name,
                                            status.getState().getTerminated().getExitCode()));
        }
        return pod.getStatus().getConditions().stream()
                .filter(condition -> fits(rule, condition))
                .findFirst()
                .map(condition -> "Pod %s has condition %s".formatted(name, condition.getType()));
    }

    private static boolean fits(
            PodFailurePolicyOnExitCodesRequirement wanted, ContainerStatus status) {
        if (status.getState() == null || status.getState().getTerminated() == null) {
            return false;
        }
        String container = wanted.getContainerName();
        int code = status.getState().getTerminated().getExitCode();
        boolean listed = wanted.getValues().contains(code);
        return (container == null || container.equals(status.getName()))
                && code != 0
                && switch (wanted.getOperator()) {
                    case "In" -> listed;
                    case "NotIn" -> !listed;
                    default -> false;
                };
    }

    private static boolean fits(PodFailurePolicyRule rule, PodCondition condition) {
        return rule.getOnPodConditions().stream()
                .anyMatch(pattern ->
                        pattern.getType().equals(condition.getType())
                                && pattern.getStatus().equals(condition.getStatus()));
    }
}
