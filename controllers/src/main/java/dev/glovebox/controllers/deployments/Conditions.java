package dev.glovebox.controllers.deployments;

import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The conditions of a Deployment, at a time. Source: kube-controller-manager's
/// `SetDeploymentCondition`.
///
/// @param all in their order
record Conditions(List<DeploymentCondition> all, Instant now) {
    static final String PROGRESSING = "Progressing";
    static final String AVAILABLE = "Available";
    static final String FAILURE = "ReplicaFailure";

    Conditions {
        all = List.copyOf(all);
    }

    Optional<DeploymentCondition> get(String type) {
        return all.stream().filter(each -> each.getType().equals(type)).findFirst();
    }

    /// Whether the condition of that type has that reason.
    boolean says(String type, String reason) {
        return get(type).filter(each -> reason.equals(each.getReason())).isPresent();
    }

    Conditions without(String type) {
        return new Conditions(
                all.stream().filter(each -> !each.getType().equals(type)).toList(), now);
    }

    /// With a condition, whose words stay the old ones where its status and its reason do.
    Conditions with(String type, String status, String reason, String message) {
        Optional<DeploymentCondition> old = get(type);
        boolean same =
                old.filter(each -> each.getStatus().equals(status))
                        .filter(each -> reason.equals(each.getReason()))
                        .isPresent();
        return same ? this : renewed(type, status, reason, message);
    }

    /// With a condition that was updated now, whatever it said before.
    Conditions renewed(String type, String status, String reason, String message) {
        String time = Times.text(now);
        String since =
                get(type)
                        .filter(each -> each.getStatus().equals(status))
                        .map(DeploymentCondition::getLastTransitionTime)
                        .orElse(time);
        List<DeploymentCondition> next = new ArrayList<>(without(type).all());
        next.add(new DeploymentCondition(since, time, message, reason, status, type));
        return new Conditions(next, now);
    }
}
