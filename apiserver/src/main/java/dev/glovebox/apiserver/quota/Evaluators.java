package dev.glovebox.apiserver.quota;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who counts what.
public final class Evaluators {
    private static final Map<String, Evaluator> OWN =
            Map.of(
                    "pods",
                    new PodEvaluator(),
                    "services",
                    new ServiceEvaluator(),
                    "persistentvolumeclaims",
                    new ClaimEvaluator());

    /// Counted under their bare names too, as they were before there was `count/`.
    private static final Set<String> BARE =
            Set.of("configmaps", "resourcequotas", "replicationcontrollers", "secrets");

    private static final Set<String> UNCOUNTED = Set.of("events", "events.events.k8s.io");

    private Evaluators() {}

    /// Who counts objects of a resource that lives in namespaces; empty for those that no quota
    /// ever counts.
    ///
    /// @param resource `pods` or `deployments.apps`
    public static Optional<Evaluator> of(String resource) {
        if (UNCOUNTED.contains(resource)) {
            return Optional.empty();
        }
        String count = "count/" + resource;
        return Optional.of(
                OWN.getOrDefault(
                        resource,
                        new CountEvaluator(
                                BARE.contains(resource)
                                        ? List.of(count, resource)
                                        : List.of(count))));
    }
}
