package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.Words;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What no schema says about nodes.
final class NodeStrategy implements Strategy {
    private static final List<String> EFFECTS =
            List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    private static final Map<String, UpdateStrategy> UPDATES =
            Map.of("", UpdateStrategy.WHOLE, "status", UpdateStrategy.STATUS);

    /// A node's allocatable resources are its capacity where nothing else is said.
    @Override
    public void applyDefaults(ObjectNode node) {
        ObjectNode status = Trees.object(node, "status");
        if (!status.has("allocatable") && !status.path("capacity").isEmpty()) {
            status.set("allocatable", status.path("capacity").deepCopy());
        }
    }

    @Override
    public void validate(ObjectNode node, FieldErrors errors) {
        JsonNode taints = node.path("spec").path("taints");
        Path path = Path.of("spec.taints");
        for (int i = 0; i < taints.size(); i++) {
            String key = taints.get(i).path("key").asText();
            errors.invalid(path.index(i).field("key"), key, Words.qualifiedName(key));
            String value = taints.get(i).path("value").asText();
            errors.invalid(path.index(i).field("value"), value, Words.labelValue(value));
            String effect = taints.get(i).path("effect").asText();
            if (!EFFECTS.contains(effect)) {
                errors.unsupported(path.index(i).field("effect"), effect, EFFECTS);
            }
        }
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return Optional.ofNullable(UPDATES.get(subresource));
    }

    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        return Map.ofEntries(Selectable.truth("spec.unschedulable"));
    }
}
