package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.ConfigRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.List;
import java.util.Optional;

/// What no schema says about ConfigMaps.
final class ConfigMapStrategy implements Strategy {
    private static final UpdateStrategy UPDATE =
            UpdateStrategy.checked((object, old, errors) ->
                    ConfigRules.immutable(object, old, List.of("data", "binaryData"), errors));

    @Override
    public void validate(ObjectNode configMap, FieldErrors errors) {
        ConfigRules.configMap(configMap, errors);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return subresource.isEmpty() ? Optional.of(UPDATE) : Optional.empty();
    }
}
