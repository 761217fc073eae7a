package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.Words;
import java.util.List;
import java.util.Locale;

/// Rules for whole objects inside of objects. Source: apiextensions' `schema/objectmeta`.
final class EmbeddedRules {
    private EmbeddedRules() {}

    static void check(JsonNode schema, JsonNode value, Path path, FieldErrors errors) {
        if (value.isObject()) {
            if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
                embedded(value, path, errors);
            }
            for (var field : value.properties()) {
                JsonNode property = schema.path("properties").path(field.getKey());
                JsonNode additional = schema.path("additionalProperties");
                if (property.isObject()) {
                    check(property, field.getValue(), path.field(field.getKey()), errors);
                } else if (additional.isObject()) {
                    check(additional, field.getValue(), path.key(field.getKey()), errors);
                }
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(schema.path("items"), value.get(i), path.index(i), errors);
            }
        }
    }

    private static void embedded(JsonNode object, Path path, FieldErrors errors) {
        for (String field : List.of("apiVersion", "kind")) {
            JsonNode value = object.path(field);
            if (value.isMissingNode()) {
                errors.required(path.field(field), "");
            } else if (!value.isTextual()) {
                errors.invalid(path.field(field), value, "must be a string");
            } else if (value.asText().isEmpty()) {
                errors.invalid(path.field(field), value, "must not be empty");
            }
        }
        String kind = object.path("kind").asText();
        List<String> wrong = Words.serviceName(kind.toLowerCase(Locale.ROOT));
        if (!kind.isEmpty() && !wrong.isEmpty()) {
            errors.invalid(
                    path.field("kind"),
                    kind,
                    "may have mixed case, but should otherwise match: " + String.join(",", wrong));
        }
        if (object.path("metadata").deepCopy() instanceof ObjectNode metadata) {
            if (metadata.path("name").asText().isEmpty()) {
                metadata.put("name", "fakename");
            }
            FieldErrors found = new FieldErrors();
            MetaRules.check(metadata, Words::pathSegment, found);
            found.causes()
                    .forEach(cause ->
                            errors.add(
                                    new dev.glovebox.model.ApiException.Cause(
                                            cause.reason(),
                                            cause.message(),
                                            path.field(cause.field()).text())));
        }
    }
}
