package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;

/// Equality and order of JSON values, numbers by what they are worth.
final class Values {
    private Values() {}

    /// Whether two values are the same, however their numbers are held.
    @SuppressWarnings("ReferenceEquality")
    static boolean equal(JsonNode left, JsonNode right) {
        if (left == right) {
            return true;
        }
        if (left.isNumber() && right.isNumber()) {
            return compareNumbers(left, right) == 0;
        }
        if (left.getNodeType() != right.getNodeType() || left.size() != right.size()) {
            return false;
        }
        if (left.isObject()) {
            for (Map.Entry<String, JsonNode> field : left.properties()) {
                JsonNode other = right.get(field.getKey());
                if (other == null || !equal(field.getValue(), other)) {
                    return false;
                }
            }
            return true;
        }
        if (left.isArray()) {
            Iterator<JsonNode> others = right.elements();
            for (JsonNode item : left) {
                if (!equal(item, others.next())) {
                    return false;
                }
            }
            return true;
        }
        return left.equals(right);
    }

    /// A total order: numbers, then text, then truth values, then everything else by its JSON.
    static int compare(JsonNode left, JsonNode right) {
        int order = Integer.compare(rank(left), rank(right));
        if (order != 0) {
            return order;
        }
        return switch (left.getNodeType()) {
            case NUMBER -> compareNumbers(left, right);
            case STRING -> left.textValue().compareTo(right.textValue());
            case BOOLEAN -> Boolean.compare(left.booleanValue(), right.booleanValue());
            default -> left.toString().compareTo(right.toString());
        };
    }

    private static int rank(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> 0;
            case STRING -> 1;
            case BOOLEAN -> 2;
            case ARRAY -> 3;
            case OBJECT -> 4;
            default -> 5;
        };
    }

    private static int compareNumbers(JsonNode left, JsonNode right) {
        return left.canConvertToLong()
                        && left.isIntegralNumber()
                        && right.isIntegralNumber()
                        && right.canConvertToLong()
                ? Long.compare(left.longValue(), right.longValue())
                : left.decimalValue().compareTo(right.decimalValue());
    }
}
