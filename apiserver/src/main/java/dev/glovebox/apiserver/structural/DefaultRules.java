package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.MalformedException;
import dev.glovebox.apiserver.schema.Schema;

/// Checks that every default is a valid value of its own schema. Source: apiextensions'
/// `defaulting.ValidateDefaults`.
final class DefaultRules {
    private DefaultRules() {}

    /// @param schema how values are decoded
    /// @param openApi the same schema as the definition has it
    static void check(Schema schema, JsonNode openApi, Path path, FieldErrors errors) {
        if (openApi.has("default")) {
            standard(schema, openApi, path.field("default"), errors);
        }
        JsonNode items = openApi.path("items");
        if (items.isObject()) {
            check(schema.items(), items, path.field("items"), errors);
        }
        JsonNode additional = openApi.path("additionalProperties");
        if (additional.isObject() && openApi.path("properties").isEmpty()) {
            check(schema.items(), additional, path.field("additionalProperties"), errors);
        }
        for (var property : openApi.path("properties").properties()) {
            schema.property(property.getKey())
                    .filter(Schema::structural)
                    .ifPresent(of ->
                            check(
                                    of,
                                    property.getValue(),
                                    path.field("properties").key(property.getKey()),
                                    errors));
        }
    }

    private static void standard(Schema schema, JsonNode openApi, Path path, FieldErrors errors) {
        JsonNode value = openApi.path("default");
        try {
            if (!new Decoder().pruned(schema, value).equals(value)) {
                errors.invalidAsIs(path, value, "must not have unknown fields");
            }
        } catch (MalformedException e) {
            errors.invalidAsIs(path, value, "must result in valid metadata: " + e.getMessage());
            return;
        }
        ValueCheck.check(path, openApi, value, errors);
        ListTypes.check(path, openApi, value, errors);
    }
}
