package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.PolicyRules;
import java.util.List;

/// What no schema says about kinds that set rules for pods.
final class PolicyStrategies {
    static final Strategy PRIORITY_CLASS =
            new SpecStrategy(
                    object -> Trees.orText(object, "preemptionPolicy", "PreemptLowerPriority"),
                    PolicyRules::priorityClass,
                    PolicyRules::priorityClassUpdate);

    static final Strategy BUDGET =
            RuledStrategy.of(PolicyRules::budget)
                    .statusRules(PolicyRules::budgetStatus)
                    .defaults(PolicyStrategies::budget)
                    .counting(1);

    static final Strategy LEASE =
            RuledStrategy.of(PolicyRules::lease).defaults(PolicyStrategies::lease);

    private PolicyStrategies() {}

    /// Kubernetes does not keep these until coordinated leader election is switched on.
    private static void lease(ObjectNode lease) {
        Trees.object(lease, "spec").remove(List.of("strategy", "preferredHolder"));
    }

    /// A budget says how far it is from the beginning.
    private static void budget(ObjectNode budget) {
        ObjectNode status = Trees.object(budget, "status");
        for (String count :
                List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")) {
            if (!status.has(count)) {
                status.put(count, 0);
            }
        }
    }
}
