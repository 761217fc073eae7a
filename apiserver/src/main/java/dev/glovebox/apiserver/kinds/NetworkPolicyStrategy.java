package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.NetworkPolicyRules;
import java.util.List;
import java.util.Optional;

/// What no schema says about NetworkPolicies.
final class NetworkPolicyStrategy implements Strategy {
    @Override
    public boolean countsGenerations() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode policy) {
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

    @Override
    public void validate(ObjectNode policy, FieldErrors errors) {
        NetworkPolicyRules.check(policy, errors);
    }

    @Override
    public List<String> warnings(ObjectNode policy) {
        return NetworkPolicyRules.warnings(policy);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return subresource.isEmpty() ? Optional.of(UpdateStrategy.WHOLE) : Optional.empty();
    }
}
