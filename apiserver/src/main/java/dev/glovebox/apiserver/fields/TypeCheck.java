package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/// Checks an applied configuration against the shape of its kind: it is not decoded, so this is
/// where unknown fields, wrong types and doubled items show.
final class TypeCheck {
    private static final int MOST = 100;

    private final List<String> errors = new ArrayList<>();

    private TypeCheck() {}

    /// What is wrong, in Kubernetes' words; empty when nothing is.
    static String errors(Shape shape, JsonNode config) {
        TypeCheck check = new TypeCheck();
        check.value(shape, config, "");
        return check.errors.size() <= 1
                ? String.join("", check.errors)
                : "errors:\n  " + String.join("\n  ", check.errors);
    }

    private void note(String path, String error) {
        if (errors.size() < MOST) {
            errors.add(path.isEmpty() ? error : path + ": " + error);
        }
    }

    private void value(Shape shape, JsonNode value, String path) {
        if (errors.size() >= MOST || value.isNull()) {
            return;
        }
        switch (shape.form(value)) {
            case MAP -> {
                if (value.isObject()) {
                    map(shape, value, path);
                } else {
                    note(path, "expected map, got " + told(value));
                }
            }
            case LIST -> {
                if (value.isArray()) {
                    list(shape, value, path);
                } else {
                    note(path, "expected list, got " + told(value));
                }
            }
            case SCALAR -> plain(shape, value, path);
        }
    }

    private void map(Shape shape, JsonNode map, String path) {
        for (Map.Entry<String, JsonNode> field : map.properties()) {
            Shape next = shape.field(field.getKey());
            String place = path + "." + field.getKey();
            if (next == null) {
                note(place, "field not declared in schema");
                return;
            }
            value(next, field.getValue(), place);
        }
    }

    private void list(Shape shape, JsonNode list, String path) {
        Set<PathElement> seen = new TreeSet<>();
        int index = 0;
        for (JsonNode item : list) {
            PathElement element;
            if (shape.isWhole(Shape.Form.LIST)) {
                element = new PathElement.Index(index);
            } else {
                try {
                    element = ItemKeys.of(shape, item);
                } catch (MalformedFieldsException e) {
                    note(path, "element %d: %s".formatted(index, e.words()));
                    return;
                }
                if (!seen.add(element)) {
                    note(path, "duplicate entries for key " + element);
                }
            }
            value(shape.items(), item, path + element);
            index++;
        }
    }

    private void plain(Shape shape, JsonNode value, String path) {
        Shape.Plain wanted = shape.plain();
        if (wanted == null) {
            return;
        }
        switch (wanted) {
            case NUMERIC -> {
                if (!value.isNumber()) {
                    note(path, "expected numeric (int or float), got " + goType(value));
                }
            }
            case STRING -> {
                if (!value.isTextual()) {
                    note(
                            path,
                            "expected string, got &value.valueUnstructured{Value:%s}"
                                    .formatted(go(value)));
                }
            }
            case BOOLEAN -> {
                if (!value.isBoolean()) {
                    note(path, "expected boolean, got " + told(value));
                }
            }
            case ANY -> {
                if (!value.isValueNode()) {
                    note(path, "expected any scalar, got " + told(value));
                }
            }
        }
    }

    private static String told(JsonNode value) {
        return "&{" + go(value) + "}";
    }

    private static String goType(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case BOOLEAN -> "bool";
            case ARRAY -> "[]interface {}";
            default -> "map[string]interface {}";
        };
    }

    /// A value as Go prints it.
    private static String go(JsonNode value) {
        if (value.isObject()) {
            Map<String, String> fields = new TreeMap<>();
            value.properties().forEach(field -> fields.put(field.getKey(), go(field.getValue())));
            return "map["
                    + String.join(
                            " ",
                            fields.entrySet().stream()
                                    .map(field -> field.getKey() + ":" + field.getValue())
                                    .toList())
                    + "]";
        }
        if (value.isArray()) {
            return "["
                    + String.join(
                            " ",
                            StreamSupport.stream(value.spliterator(), false)
                                    .map(TypeCheck::go)
                                    .toList())
                    + "]";
        }
        return value.isNull() ? "<nil>" : value.asText();
    }
}
