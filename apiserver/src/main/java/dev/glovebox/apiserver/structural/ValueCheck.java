package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Checks values against what an OpenAPI schema says of them, in the words of kube-openapi's
/// `validate`. One use, one thread.
public final class ValueCheck {
    private static final Path NOWHERE = Path.of("<nil>");

    /// Most looks of schemas at values, a long text counting as many: some seconds of them. A
    /// schema may have as many conditions, and an object as many values, as fit into a request.
    private static final int MOST_LOOKS = 5_000_000;

    private final Path above;
    private final FieldErrors errors;
    private final Looks looks;

    private ValueCheck(Path above, FieldErrors errors, Looks looks) {
        this.above = above;
        this.errors = errors;
        this.looks = looks;
    }

    /// How many looks are left, for a check and all that it tries.
    private static final class Looks {
        private int left = MOST_LOOKS;

        boolean take(int many) {
            left = Math.max(-1, left - many);
            return left >= 0;
        }
    }

    /// Checks a value.
    ///
    /// @param above where it is; the root for a whole object. What the messages call it begins
    ///   behind this
    /// @param schema as a CustomResourceDefinition has it
    public static void check(Path above, JsonNode schema, JsonNode value, FieldErrors errors) {
        checkChanged(above, schema, value, MissingNode.getInstance(), errors);
    }

    /// Checks a value that was another before. What is wrong with a part that did not change is not
    /// told: whoever changes something else need not mend it. Source: apiextensions'
    /// `validation/ratcheting.go`.
    ///
    /// @param old missing where there was none
    public static void checkChanged(
            Path above, JsonNode schema, JsonNode value, JsonNode old, FieldErrors errors) {
        Looks looks = new Looks();
        new ValueCheck(above, errors, looks).value(schema, value, old, "");
        if (!looks.take(0)) {
            errors.invalid(
                    above.text().isEmpty() ? NOWHERE : above,
                    "",
                    "validation failed: the object is too large for so many conditions");
        }
    }

    /// A part of something.
    private void part(JsonNode schema, JsonNode value, JsonNode old, String name) {
        if (old.isMissingNode() || !JsonEquality.same(value, old)) {
            value(schema, value, old, name);
        }
    }

    private void value(JsonNode schema, JsonNode value, JsonNode old, String name) {
        if (!looks.take(1)) {
            return;
        }
        if (!hasType(schema, value, name)) {
            alternatives(schema, value, old, name);
            ofEnumeration(schema, value, name);
            return;
        }
        if (value.isNull()) {
            ofEnumeration(schema, value, name);
            return;
        }
        alternatives(schema, value, old, name);
        switch (value) {
            case TextNode text -> text(schema, text.textValue(), name);
            case ArrayNode list -> list(schema, list, old, name);
            case ObjectNode object -> object(schema, object, old, name);
            default -> {
                if (value.isNumber()) {
                    new NumberCheck((wrong, detail) -> invalid(name, wrong, detail))
                            .check(schema, value);
                }
            }
        }
        ofEnumeration(schema, value, name);
    }

    /// Notes a wrong type; whether it is right.
    private boolean hasType(JsonNode schema, JsonNode value, String name) {
        List<String> types = types(schema);
        String found = typeOf(value);
        if (types.isEmpty() || types.contains(found)) {
            return true;
        }
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return true;
        }
        boolean whole =
                value.isNumber()
                        && value.decimalValue().stripTrailingZeros().scale() <= 0
                        && types.contains("integer");
        if (whole || (found.equals("integer") && types.contains("number"))) {
            return true;
        }
        typeInvalid(name, String.join(",", types), found);
        return false;
    }

    private static List<String> types(JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return List.of("integer", "string");
        }
        String type = schema.path("type").asText();
        return type.isEmpty() ? List.of() : List.of(type);
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case STRING -> "string";
            case NULL, MISSING -> "null";
            default -> "object";
        };
    }

    /// Of length and pattern the first that is broken is told.
    private void text(JsonNode schema, String text, String name) {
        if (!looks.take(text.length() / 8 * (1 + schema.path("pattern").asText().length() / 8))) {
            return;
        }
        int length = text.codePointCount(0, text.length());
        String pattern = schema.path("pattern").asText();
        if (schema.has("maxLength") && length > schema.path("maxLength").asLong()) {
            errors.tooLong(at(name), schema.path("maxLength").asInt());
        } else if (schema.has("minLength") && length < schema.path("minLength").asLong()) {
            invalid(
                    name,
                    TextNode.valueOf(text),
                    "should be at least %s chars long".formatted(schema.path("minLength")));
        } else if (!pattern.isEmpty() && !Regex.compile(pattern).matcher(text).find()) {
            invalid(name, TextNode.valueOf(text), "should match '%s'".formatted(pattern));
        }
        Formats.broken(schema.path("format").asText(), text)
                .ifPresent(format -> typeInvalid(name, format, text));
    }

    private void list(JsonNode schema, ArrayNode list, JsonNode old, String name) {
        if (schema.path("items").isObject()) {
            CorrelatedItems before = CorrelatedItems.of(schema, old);
            for (int i = 0; i < list.size(); i++) {
                part(
                        schema.path("items"),
                        list.get(i),
                        before.of(list.get(i)),
                        name + "[" + i + "]");
            }
        }
        if (schema.has("maxItems") && list.size() > schema.path("maxItems").asLong()) {
            errors.tooMany(at(name), list.size(), schema.path("maxItems").asInt());
        }
        if (schema.has("minItems") && list.size() < schema.path("minItems").asLong()) {
            invalid(
                    name,
                    IntNode.valueOf(list.size()),
                    "should have at least %s items".formatted(schema.path("minItems")));
        }
    }

    private void object(JsonNode schema, ObjectNode object, JsonNode old, String name) {
        if (schema.has("minProperties") && object.size() < schema.path("minProperties").asLong()) {
            invalid(
                    name,
                    IntNode.valueOf(object.size()),
                    "should have at least %s properties".formatted(schema.path("minProperties")));
        }
        if (schema.has("maxProperties") && object.size() > schema.path("maxProperties").asLong()) {
            errors.tooMany(at(name), object.size(), schema.path("maxProperties").asInt());
        }
        JsonNode properties = schema.path("properties");
        JsonNode additional = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode known = properties.get(field.getKey());
            if (known != null) {
                part(
                        known,
                        field.getValue(),
                        old.path(field.getKey()),
                        below(name, field.getKey()));
            } else if (additional.isObject()) {
                part(
                        additional,
                        field.getValue(),
                        old.path(field.getKey()),
                        name + "." + field.getKey());
            } else if (additional.isBoolean() && !additional.asBoolean()) {
                errors.invalidAsIs(
                        at(name),
                        TextNode.valueOf(field.getKey()),
                        "%s.%s in body is a forbidden property".formatted(name, field.getKey()));
            }
        }
        for (JsonNode required : schema.path("required")) {
            if (!object.has(required.asText())) {
                errors.required(at(below(name, required.asText())), "");
            }
        }
    }

    private void ofEnumeration(JsonNode schema, JsonNode value, String name) {
        JsonNode allowed = schema.path("enum");
        if (allowed.isEmpty()) {
            return;
        }
        List<String> words = new ArrayList<>();
        for (JsonNode each : allowed) {
            looks.take(1);
            if (JsonEquality.same(each, value)) {
                return;
            }
            words.add(each.isTextual() ? each.textValue() : each.toString());
        }
        errors.unsupported(at(name), value, words);
    }

    private void alternatives(JsonNode schema, JsonNode value, JsonNode old, String name) {
        List<FieldErrors> any = attempts(schema.path("anyOf"), value, old, name);
        if (!any.isEmpty() && any.stream().noneMatch(FieldErrors::isEmpty)) {
            plain("\"%s\" must validate at least one schema (anyOf)".formatted(name));
            errors.addAll(best(any));
        }
        List<FieldErrors> one = attempts(schema.path("oneOf"), value, old, name);
        long valid = one.stream().filter(FieldErrors::isEmpty).count();
        if (!one.isEmpty() && valid != 1) {
            plain(
                    "\"%s\" must validate one and only one schema (oneOf). %s"
                            .formatted(
                                    name,
                                    valid == 0
                                            ? "Found none valid"
                                            : "Found " + valid + " valid alternatives"));
            if (valid == 0) {
                errors.addAll(best(one));
            }
        }
        List<FieldErrors> all = attempts(schema.path("allOf"), value, old, name);
        all.forEach(errors::addAll);
        long broken = all.stream().filter(each -> !each.isEmpty()).count();
        if (broken > 0) {
            plain(
                    "\"%s\" must validate all the schemas (allOf)%s"
                            .formatted(name, broken == all.size() ? ". None validated" : ""));
        }
        if (schema.path("not").isObject()) {
            FieldErrors not = new FieldErrors();
            new ValueCheck(above, not, looks).value(schema.path("not"), value, old, name);
            if (not.isEmpty()) {
                plain("\"%s\" must not validate the schema (not)".formatted(name));
            }
        }
    }

    private List<FieldErrors> attempts(
            JsonNode schemas, JsonNode value, JsonNode old, String name) {
        List<FieldErrors> attempts = new ArrayList<>();
        for (JsonNode schema : schemas) {
            FieldErrors attempt = new FieldErrors();
            new ValueCheck(above, attempt, looks).value(schema, value, old, name);
            attempts.add(attempt);
        }
        return attempts;
    }

    /// The attempt that came closest: with the fewest errors.
    private static FieldErrors best(List<FieldErrors> attempts) {
        FieldErrors best = attempts.getFirst();
        for (FieldErrors attempt : attempts) {
            if (attempt.causes().size() < best.causes().size()) {
                best = attempt;
            }
        }
        return best;
    }

    private void plain(String words) {
        errors.invalid(above.text().isEmpty() ? NOWHERE : above, "", words);
    }

    private void typeInvalid(String name, String wanted, String found) {
        errors.typeInvalid(
                at(name),
                TextNode.valueOf(found),
                "%s in body must be of type %s: %s"
                        .formatted(name, wanted, TextNode.valueOf(found)));
    }

    private void invalid(String name, JsonNode value, String detail) {
        errors.invalidAsIs(at(name), value, name + " in body " + detail);
    }

    private static String below(String name, String field) {
        return name.isEmpty() ? field : name + "." + field;
    }

    private Path at(String name) {
        if (name.isEmpty()) {
            return above.text().isEmpty() ? NOWHERE : above;
        }
        return above.field(name);
    }
}
