package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.NetworkPolicyRules;
import dev.glovebox.apiserver.rules.PolicyRules;
import java.util.List;

/// What no schema says about kinds that set rules for pods.
final class PolicyStrategies {
    static final Strategy PRIORITY_CLASS =
            new SpecStrategy(
                    object -> Trees.orText(object, "preemptionPolicy", "PreemptLowerPriority"),
                    PolicyRules::priorityClass,
                    PolicyRules::priorityClassUpdate);

    static final Strategy NETWORK_POLICY =
            new SpecStrategy(PolicyStrategies::networkPolicy, NetworkPolicyRules::check);

    static final Strategy BUDGET = new SpecStrategy(PolicyStrategies::budget, PolicyRules::budget);

    static final Strategy LEASE =
            new Strategy() {
                @Override
                public void validate(ObjectNode lease, FieldErrors errors) {
                    PolicyRules.lease(lease, errors);
                }
            };

    private PolicyStrategies() {}

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

    private static void networkPolicy(ObjectNode policy) {
        ObjectNode spec = Trees.object(policy, "spec");
        for (String direction : List.of("ingress", "egress")) {
            for (ObjectNode rule : Trees.objects(spec.path(direction))) {
                for (ObjectNode port : Trees.objects(rule.path("ports"))) {
                    Trees.orText(port, "protocol", "TCP");
                }
            }
        }
        if (spec.path("policyTypes").isEmpty()) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
            }
        }
    }
}
