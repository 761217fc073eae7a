package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.EndpointRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.Optional;

/// What no schema says about Endpoints, which EndpointSlices have replaced.
final class EndpointsStrategy implements Strategy {
    private static final UpdateStrategy UPDATE = UpdateStrategy.checked(EndpointRules::checkUpdate);

    @Override
    public void applyDefaults(ObjectNode endpoints) {
        for (ObjectNode subset : Trees.objects(endpoints.path("subsets"))) {
            Trees.objects(subset.path("ports"))
                    .forEach(port -> Trees.orText(port, "protocol", "TCP"));
        }
    }

    @Override
    public void validateCreate(ObjectNode endpoints, FieldErrors errors) {
        EndpointRules.check(endpoints, errors);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return subresource.isEmpty() ? Optional.of(UPDATE) : Optional.empty();
    }

    @Override
    public Optional<String> deprecation() {
        return Optional.of(
                "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
    }
}
