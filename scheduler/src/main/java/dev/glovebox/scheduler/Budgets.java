package dev.glovebox.scheduler;

import dev.glovebox.cluster.Selectors;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Which pods PodDisruptionBudgets would have stay.
final class Budgets {
    /// @param violating those whose leaving would break a budget
    /// @param others the rest; both in the order in which they were given
    record Split(List<Pod> violating, List<Pod> others) {}

    private Budgets() {}

    /// Splits pods that may have to leave together.
    static Split split(List<Pod> pods, List<PodDisruptionBudget> budgets) {
        int[] allowed = budgets.stream().mapToInt(Budgets::allowed).toArray();
        List<Pod> violating = new ArrayList<>();
        List<Pod> others = new ArrayList<>();
        for (Pod pod : pods) {
            boolean violates = false;
            for (int i = 0; i < allowed.length; i++) {
                if (covers(budgets.get(i), pod)) {
                    allowed[i]--;
                    violates |= allowed[i] < 0;
                }
            }
            (violates ? violating : others).add(pod);
        }
        return new Split(violating, others);
    }

    private static int allowed(PodDisruptionBudget budget) {
        PodDisruptionBudgetStatus status = budget.getStatus();
        return status == null ? 0 : Objects.requireNonNullElse(status.getDisruptionsAllowed(), 0);
    }

    /// A budget that selects all counts for none here; one that an eviction has counted already
    /// does not count again.
    private static boolean covers(PodDisruptionBudget budget, Pod pod) {
        LabelSelector selector = budget.getSpec().getSelector();
        return selector != null
                && !Selectors.labels(pod).isEmpty()
                && !(selector.getMatchExpressions().isEmpty()
                        && (selector.getMatchLabels() == null
                                || selector.getMatchLabels().isEmpty()))
                && Objects.equals(
                        budget.getMetadata().getNamespace(), pod.getMetadata().getNamespace())
                && Selectors.of(selector).test(pod)
                && (budget.getStatus() == null
                        || budget.getStatus().getDisruptedPods() == null
                        || !budget.getStatus()
                                .getDisruptedPods()
                                .containsKey(pod.getMetadata().getName()));
    }
}
