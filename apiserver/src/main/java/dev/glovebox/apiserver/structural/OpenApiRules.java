package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What of OpenAPI a CustomResourceDefinition's schema may use, schema by schema. Source:
/// apiextensions' `ValidateCustomResourceDefinitionOpenAPISchema`.
final class OpenApiRules {
    private static final List<String> TYPES =
            List.of("array", "boolean", "integer", "number", "object", "string");
    private static final Set<String> OBJECT_FIELDS = Set.of("metadata", "kind", "apiVersion");
    private static final Map<String, String> UNSUPPORTED =
            Map.of(
                    "id", "id is not supported",
                    "additionalItems", "additionalItems is not supported",
                    "patternProperties", "patternProperties is not supported",
                    "definitions", "definitions is not supported",
                    "dependencies", "dependencies is not supported",
                    "$ref", "$ref is not supported");

    private final ExpressionCheck expressions;

    /// @param expressions compiles what a schema says in an expression language
    OpenApiRules(ExpressionCheck expressions) {
        this.expressions = expressions;
    }

    /// What holds because of where a schema stands.
    ///
    /// @param noDefaults why there may be no defaults; null where there may
    /// @param inMetadata whether this is about what every object has
    /// @param uncorrelated the nearest place above whose old and new values cannot be told to be
    ///   the same; null where there is none
    /// @param most values in one object; empty where a schema above does not bound them
    private record Context(
            @Nullable String noDefaults,
            boolean inMetadata,
            @Nullable Path uncorrelated,
            Optional<Amount> most) {
        Context withoutDefaults(String why) {
            return new Context(why, inMetadata, uncorrelated, most);
        }

        Context inside() {
            return new Context(noDefaults, true, uncorrelated, most);
        }

        Context uncorrelatedAt(Path path) {
            return uncorrelated == null ? new Context(noDefaults, inMetadata, path, most) : this;
        }

        /// What holds below a schema of which there may be as many values as its bound says.
        Context times(JsonNode bound) {
            Optional<Amount> all =
                    bound.isMissingNode()
                            ? Optional.empty()
                            : most.map(each -> each.times(Amount.of(bound.asLong())));
            return new Context(noDefaults, inMetadata, uncorrelated, all);
        }
    }

    void check(JsonNode schema, Path path, FieldErrors errors) {
        FieldErrors compiled = new FieldErrors();
        node(
                schema,
                path,
                new Context(null, false, null, Optional.of(Amount.ONE)),
                Place.ROOT,
                errors,
                compiled);
        errors.addAll(compiled);
    }

    private enum Place {
        ROOT,
        VALUE,
        CONDITION
    }

    /// Checks a schema and all below it.
    ///
    /// @param compiled gets what is wrong with expressions; they are looked at only where nothing
    ///   else is wrong at their schema and below
    private void node(
            JsonNode schema,
            Path path,
            Context context,
            Place place,
            FieldErrors errors,
            FieldErrors compiled) {
        if (!schema.isObject()) {
            return;
        }
        FieldErrors found = new FieldErrors();
        standard(schema, path, context, found);
        children(schema, path, context, place, found, compiled);
        conditions(schema, path, context, found, compiled);
        new ListTypeRules(found).check(schema, path);
        RuleTexts.check(schema, path, found);
        if (found.isEmpty()
                && place != Place.CONDITION
                && !schema.path("x-kubernetes-validations").isEmpty()) {
            expressions.check(
                    schema,
                    new ExpressionCheck.Place(
                            path, place == Place.ROOT, context.uncorrelated(), context.most()),
                    compiled);
        }
        errors.addAll(found);
    }

    private void children(
            JsonNode schema,
            Path path,
            Context context,
            Place place,
            FieldErrors errors,
            FieldErrors compiled) {
        Place below = place == Place.CONDITION ? Place.CONDITION : Place.VALUE;
        JsonNode properties = schema.path("properties");
        JsonNode additional = schema.path("additionalProperties");
        if (!additional.isMissingNode()) {
            if (!properties.isEmpty() && !(additional.isBoolean() && additional.asBoolean())) {
                errors.forbidden(
                        path.field("additionalProperties"),
                        "additionalProperties and properties are mutual exclusive");
            }
            Context inner =
                    context.inMetadata()
                            ? context.withoutDefaults(
                                    "inside additionalProperties applying to object metadata")
                            : context;
            node(
                    additional,
                    path.field("additionalProperties"),
                    inner.times(schema.path("maxProperties")),
                    below,
                    errors,
                    compiled);
        }
        boolean whole =
                place == Place.ROOT || schema.path("x-kubernetes-embedded-resource").asBoolean();
        for (var property : properties.properties()) {
            Context inner = context;
            if (whole && OBJECT_FIELDS.contains(property.getKey())) {
                inner = inner.inside();
                if (place == Place.ROOT) {
                    inner = inner.withoutDefaults("in top-level " + property.getKey());
                }
            }
            Path at = path.field("properties").key(property.getKey());
            node(property.getValue(), at, inner, below, errors, compiled);
        }
        boolean keyed = schema.path("x-kubernetes-list-type").asText().equals("map");
        Context item = keyed ? context : context.uncorrelatedAt(path);
        node(
                schema.path("items"),
                path.field("items"),
                item.times(schema.path("maxItems")),
                below,
                errors,
                compiled);
    }

    private void conditions(
            JsonNode schema, Path path, Context context, FieldErrors errors, FieldErrors compiled) {
        node(schema.path("not"), path.field("not"), context, Place.CONDITION, errors, compiled);
        for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
            JsonNode list = schema.path(junctor);
            for (int i = 0; i < list.size(); i++) {
                Path at = path.field(junctor).index(i);
                node(list.get(i), at, context, Place.CONDITION, errors, compiled);
            }
        }
    }

    private static void standard(JsonNode schema, Path path, Context context, FieldErrors errors) {
        String type = schema.path("type").asText();
        if (type.equals("null")) {
            errors.forbidden(
                    path.field("type"),
                    "type cannot be set to null, use nullable as an alternative");
        }
        if (!type.isEmpty() && !TYPES.contains(type)) {
            errors.unsupported(path.field("type"), type, TYPES);
        }
        if (schema.has("default") && context.noDefaults() != null) {
            errors.forbidden(path.field("default"), "must not be set " + context.noDefaults());
        }
        UNSUPPORTED.forEach((field, words) -> {
            JsonNode value = schema.path(field);
            if (value.isBoolean() || !value.isEmpty() || !value.asText().isEmpty()) {
                errors.forbidden(path.field(field), words);
            }
        });
        if (schema.path("items").isArray()) {
            errors.forbidden(path.field("items"), "items must be a schema object and not an array");
        }
        if (context.inMetadata() && schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            errors.forbidden(
                    path.field("x-kubernetes-embedded-resource"),
                    "must not be used inside of resource meta");
        }
        if (schema.path("uniqueItems").asBoolean()) {
            errors.forbidden(
                    path.field("uniqueItems"),
                    "uniqueItems cannot be set to true since the runtime complexity becomes"
                            + " quadratic");
        }
        JsonNode preserve = schema.path("x-kubernetes-preserve-unknown-fields");
        if (preserve.isBoolean() && !preserve.asBoolean()) {
            errors.invalid(
                    path.field("x-kubernetes-preserve-unknown-fields"),
                    preserve,
                    "must be true or undefined");
        }
    }
}
