package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What is wrong with an object, field by field, in Kubernetes' words. One thread. Source:
/// apimachinery's `util/validation/field`.
public final class FieldErrors {
    private final List<ApiException.Cause> causes = new ArrayList<>();

    /// A value that must be there is not; `detail` may be empty.
    public void required(Path path, String detail) {
        add(
                "FieldValueRequired",
                path,
                detail.isEmpty() ? "Required value" : "Required value: " + detail);
    }

    /// A text that breaks a rule.
    public void invalid(Path path, String value, String detail) {
        add("FieldValueInvalid", path, "Invalid value: " + quoted(value) + ": " + detail);
    }

    /// Text as Go quotes it.
    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int named = "\u0007\b\f\n\r\t\u000b\"\\".indexOf(c);
            if (named >= 0) {
                quoted.append('\\').append("abfnrtv\"\\".charAt(named));
            } else if (c < ' ' || c == 127) {
                quoted.append("\\x%02x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /// A value that breaks a rule.
    public void invalid(Path path, JsonNode value, String detail) {
        add("FieldValueInvalid", path, "Invalid value: " + capitalised(value) + ": " + detail);
    }

    /// A value of a type that a schema does not allow.
    public void typeInvalid(Path path, JsonNode value, String detail) {
        add("FieldValueTypeInvalid", path, "Invalid value: " + value + ": " + detail);
    }

    /// A value that breaks a rule and is of no type of Kubernetes' own, so that it is told as it
    /// is.
    public void invalidAsIs(Path path, JsonNode value, String detail) {
        add("FieldValueInvalid", path, "Invalid value: " + value + ": " + detail);
    }

    /// A value that occurs twice and is of no type of Kubernetes' own.
    public void duplicateAsIs(Path path, JsonNode value) {
        add("FieldValueDuplicate", path, "Duplicate value: " + value);
    }

    /// Something that went wrong here and is nobody's fault there.
    public void internal(Path path, String detail) {
        add("InternalError", path, "Internal error: " + detail);
    }

    /// Something that was found elsewhere.
    public void add(ApiException.Cause cause) {
        causes.add(cause);
    }

    /// All that is wrong elsewhere, too.
    public void addAll(FieldErrors others) {
        causes.addAll(others.causes);
    }

    /// Each of the reasons why a text breaks a rule.
    public void invalid(Path path, String value, List<String> details) {
        details.forEach(detail -> invalid(path, value, detail));
    }

    /// A value that occurs twice.
    public void duplicate(Path path, String value) {
        add("FieldValueDuplicate", path, "Duplicate value: " + TextNode.valueOf(value));
    }

    /// A value that occurs twice.
    public void duplicate(Path path, JsonNode value) {
        add("FieldValueDuplicate", path, "Duplicate value: " + capitalised(value));
    }

    /// Labels, or a selector of labels, that break a rule; Kubernetes prints them as they are.
    public void labels(Path path, JsonNode value, String detail) {
        String text = value.isMissingNode() ? "null" : sorted(value).toString();
        add("FieldValueInvalid", path, "Invalid value: " + text + ": " + detail);
    }

    private static JsonNode sorted(JsonNode value) {
        if (!(value instanceof ObjectNode object)) {
            return value;
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        object.properties().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(field -> result.set(field.getKey(), sorted(field.getValue())));
        return result;
    }

    /// A value outside an enumeration.
    public void unsupported(Path path, String value, List<String> supported) {
        unsupported(path, TextNode.valueOf(value), supported);
    }

    /// A value outside an enumeration.
    public void unsupported(Path path, JsonNode value, List<String> supported) {
        String words =
                supported.stream()
                        .map(each -> "\"" + each + "\"")
                        .collect(Collectors.joining(", "));
        add(
                "FieldValueNotSupported",
                path,
                "Unsupported value: " + value + ": supported values: " + words);
    }

    /// A value that must not be there, or not be changed.
    public void forbidden(Path path, String detail) {
        add("FieldValueForbidden", path, "Forbidden: " + detail);
    }

    /// A reference to what does not exist.
    public void notFound(Path path, String value) {
        add("FieldValueNotFound", path, "Not found: " + TextNode.valueOf(value));
    }

    /// A reference to what does not exist, and where it should.
    public void notFound(Path path, String value, String detail) {
        add("FieldValueNotFound", path, "Not found: " + TextNode.valueOf(value) + ": " + detail);
    }

    /// More bytes than allowed.
    public void tooLong(Path path, int most) {
        add("FieldValueTooLong", path, "Too long: may not be more than " + most + " bytes");
    }

    /// More items than allowed.
    public void tooMany(Path path, int found, int most) {
        add(
                "FieldValueTooMany",
                path,
                "Too many: %d: must have at most %d items".formatted(found, most));
    }

    /// A field that a change must leave as it was. Nothing, null and what is empty are the same.
    public void immutable(Path path, JsonNode value, JsonNode old) {
        if (!value.equals(old) && !(isBlank(value) && isBlank(old))) {
            JsonNode shown =
                    value.isMissingNode() && old.isTextual() ? TextNode.valueOf("") : value;
            invalid(path, shown, "field is immutable");
        }
    }

    private static boolean isBlank(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isContainerNode() && value.isEmpty())
                || (value.isTextual() && value.asText().isEmpty());
    }

    /// A whole number below zero.
    public void nonNegative(Path path, JsonNode value) {
        if (value.isNumber() && value.asLong() < 0) {
            invalid(path, value, "must be greater than or equal to 0");
        }
    }

    /// Forgets what was noted: only what follows matters.
    public void forget() {
        causes.clear();
    }

    /// Whether nothing is wrong.
    public boolean isEmpty() {
        return causes.isEmpty();
    }

    /// What is wrong, in the order in which it was found.
    public List<ApiException.Cause> causes() {
        return List.copyOf(causes);
    }

    /// The refusal of an object, all errors at once.
    ///
    /// @param group of its kind, empty for core
    /// @param name empty when it has none yet
    public ApiException refusal(String group, String kind, String name) {
        String qualified = group.isEmpty() ? kind : kind + "." + group;
        return new ApiException(
                StatusReason.INVALID,
                "%s \"%s\" is invalid: %s".formatted(qualified, name, message()),
                new ApiException.Details(name, group, kind, causes));
    }

    /// All errors in one text; equal ones once.
    public String message() {
        Set<String> texts = new LinkedHashSet<>();
        causes.forEach(cause -> texts.add(cause.field() + ": " + cause.message()));
        return texts.size() == 1
                ? texts.iterator().next()
                : texts.stream().collect(Collectors.joining(", ", "[", "]"));
    }

    /// Objects as Kubernetes prints its own types, whose fields begin with capitals.
    private static JsonNode capitalised(JsonNode value) {
        if (value.isMissingNode()) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (value instanceof ArrayNode list) {
            ArrayNode result = JsonNodeFactory.instance.arrayNode();
            list.forEach(item -> result.add(capitalised(item)));
            return result;
        }
        if (!(value instanceof ObjectNode object)) {
            return value;
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            int first = Math.min(1, name.length());
            result.set(
                    name.substring(0, first).toUpperCase(Locale.ROOT) + name.substring(first),
                    capitalised(field.getValue()));
        }
        return result;
    }

    private void add(String reason, Path path, String message) {
        causes.add(new ApiException.Cause(reason, message, path.text()));
    }
}
