package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A JSON path of a printer column or a selectable field: names, indexes, `[*]`, slices and filters
/// such as `[?(@.type=="Ready")]`. The way down everywhere (`..`) is left out. Source: client-go's
/// `util/jsonpath`.
final class JsonPath {
    /// Most values that a path may lead to on its way.
    private static final int MOST = 10_000;

    private final List<Function<JsonNode, List<JsonNode>>> steps;

    private JsonPath(List<Function<JsonNode, List<JsonNode>>> steps) {
        this.steps = List.copyOf(steps);
    }

    /// Reads a path.
    ///
    /// @throws IllegalArgumentException when it is none, or of a form that is left out
    static JsonPath parse(String text) {
        List<Function<JsonNode, List<JsonNode>>> steps = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            if (text.charAt(i) == '.') {
                int end = nameEnd(text, i + 1);
                String name = text.substring(i + 1, end).replace("\\.", ".");
                if (!name.isEmpty()) {
                    steps.add(name.equals("*") ? JsonPath::all : field(name));
                } else if (end < text.length() && text.charAt(end) == '.') {
                    throw new IllegalArgumentException("recursive descent is not supported");
                }
                i = end;
            } else if (text.charAt(i) == '[') {
                int end = bracketEnd(text, i);
                steps.add(bracket(text.substring(i + 1, end).strip()));
                i = end + 1;
            } else {
                throw new IllegalArgumentException("unexpected " + text.charAt(i));
            }
        }
        return new JsonPath(steps);
    }

    /// The first value that the path leads to; missing where it leads nowhere.
    JsonNode first(JsonNode value) {
        List<JsonNode> found = List.of(value);
        for (Function<JsonNode, List<JsonNode>> step : steps) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode each : found) {
                next.addAll(step.apply(each));
                if (next.size() > MOST) {
                    return MissingNode.getInstance();
                }
            }
            found = next;
        }
        return found.isEmpty() ? MissingNode.getInstance() : found.getFirst();
    }

    private static int nameEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end, text.length());
    }

    private static int bracketEnd(String text, int start) {
        char quote = 0;
        int depth = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("unterminated array");
    }

    private static Function<JsonNode, List<JsonNode>> bracket(String inside) {
        if (inside.equals("*")) {
            return JsonPath::all;
        }
        if (inside.startsWith("?(") && inside.endsWith(")")) {
            return filter(inside.substring(2, inside.length() - 1).strip());
        }
        if (isQuoted(inside)) {
            return field(inside.substring(1, inside.length() - 1));
        }
        if (inside.matches("-?\\d{1,9}")) {
            return index(Integer.parseInt(inside));
        }
        if (inside.matches("(-?\\d{1,9})?:(-?\\d{1,9})?")) {
            String[] ends = inside.split(":", -1);
            return slice(ends[0], ends[1]);
        }
        throw new IllegalArgumentException("invalid array index " + inside);
    }

    private static boolean isQuoted(String text) {
        return text.length() > 1
                && (text.charAt(0) == '\'' || text.charAt(0) == '"')
                && text.charAt(text.length() - 1) == text.charAt(0);
    }

    private static Function<JsonNode, List<JsonNode>> field(String name) {
        return value -> {
            JsonNode found = value.get(name);
            return found == null ? List.of() : List.of(found);
        };
    }

    private static List<JsonNode> all(JsonNode value) {
        List<JsonNode> found = new ArrayList<>();
        value.forEach(found::add);
        return found;
    }

    private static Function<JsonNode, List<JsonNode>> index(int index) {
        return value -> {
            JsonNode found =
                    value.isArray() ? value.get(index < 0 ? value.size() + index : index) : null;
            return found == null ? List.of() : List.of(found);
        };
    }

    private static Function<JsonNode, List<JsonNode>> slice(String from, String to) {
        return value -> {
            int size = value.size();
            int start = from.isEmpty() ? 0 : within(Integer.parseInt(from), size);
            int end = to.isEmpty() ? size : within(Integer.parseInt(to), size);
            return !value.isArray() || start >= end ? List.of() : all(value).subList(start, end);
        };
    }

    private static int within(int index, int size) {
        return Math.clamp(index < 0 ? size + index : index, 0, size);
    }

    private static Function<JsonNode, List<JsonNode>> filter(String text) {
        for (String operator : new String[] {"==", "!=", "<=", ">=", "<", ">"}) {
            int at = text.indexOf(operator);
            if (at > 0) {
                JsonPath left = operand(text.substring(0, at).strip());
                JsonNode right = literal(text.substring(at + operator.length()).strip());
                return value -> matching(value, left, operator, right);
            }
        }
        JsonPath path = operand(text);
        return value ->
                all(value).stream().filter(item -> !path.first(item).isMissingNode()).toList();
    }

    private static JsonPath operand(String text) {
        if (!text.startsWith("@")) {
            throw new IllegalArgumentException("unsupported filter " + text);
        }
        return parse(text.substring(1));
    }

    private static JsonNode literal(String text) {
        if (isQuoted(text)) {
            return TextNode.valueOf(text.substring(1, text.length() - 1));
        }
        if (text.matches("-?\\d{1,18}(\\.\\d{1,18})?")) {
            return com.fasterxml.jackson.databind.node.DecimalNode.valueOf(
                    new java.math.BigDecimal(text));
        }
        if (text.equals("true") || text.equals("false")) {
            return com.fasterxml.jackson.databind.node.BooleanNode.valueOf(text.equals("true"));
        }
        throw new IllegalArgumentException("unsupported filter operand " + text);
    }

    private static List<JsonNode> matching(
            JsonNode value, JsonPath left, String operator, JsonNode right) {
        return all(value).stream()
                .filter(item -> holds(left.first(item), operator, right))
                .toList();
    }

    private static boolean holds(JsonNode left, String operator, JsonNode right) {
        if (left.isMissingNode()) {
            return false;
        }
        int order;
        if (left.isNumber() && right.isNumber()) {
            order = left.decimalValue().compareTo(right.decimalValue());
        } else if (left.getNodeType() == right.getNodeType()) {
            order = left.asText().compareTo(right.asText());
        } else {
            return false;
        }
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<=" -> order <= 0;
            case ">=" -> order >= 0;
            case "<" -> order < 0;
            default -> order > 0;
        };
    }
}
