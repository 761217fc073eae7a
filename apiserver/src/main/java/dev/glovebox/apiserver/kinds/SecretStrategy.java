package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.ConfigRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Base64Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What no schema says about Secrets: plain text that a client sends becomes data.
final class SecretStrategy implements Strategy {
    private static final UpdateStrategy UPDATE =
            UpdateStrategy.checked((object, old, errors) -> {
                if (!object.path("type").equals(old.path("type"))) {
                    errors.invalid(Path.of("type"), object.path("type"), "field is immutable");
                }
                ConfigRules.immutable(object, old, List.of("data"), errors);
            });

    @Override
    public void applyDefaults(ObjectNode secret) {
        JsonNode plain = secret.remove("stringData");
        if (plain != null) {
            ObjectNode data = Trees.object(secret, "data");
            for (var entry : plain.properties()) {
                byte[] bytes = entry.getValue().asText().getBytes(StandardCharsets.UTF_8);
                data.put(entry.getKey(), Base64Text.encode(bytes));
            }
        }
        Trees.orText(secret, "type", "Opaque");
    }

    @Override
    public void validate(ObjectNode secret, FieldErrors errors) {
        ConfigRules.secret(secret, errors);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return subresource.isEmpty() ? Optional.of(UPDATE) : Optional.empty();
    }

    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        return Map.ofEntries(Selectable.text("type"));
    }
}
