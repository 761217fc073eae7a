package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.RuntimeClassRules;
import java.util.Optional;

/// What no schema says about RuntimeClasses: the handler never changes.
final class RuntimeClassStrategy implements Strategy {
    private static final UpdateStrategy SAME_HANDLER =
            UpdateStrategy.checked(RuntimeClassRules::checkUpdate);

    @Override
    public void validate(ObjectNode runtimeClass, FieldErrors errors) {
        RuntimeClassRules.check(runtimeClass, errors);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return subresource.isEmpty() ? Optional.of(SAME_HANDLER) : Optional.empty();
    }
}
