package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.Path;
import java.util.ArrayList;
import java.util.List;

/// A path to a field in the words of a CustomResourceDefinition, for example `.spec.size` or
/// `['a.b'].c`. Source: apiextensions' `cel.ValidFieldPath`.
///
/// @param path as errors name it
/// @param names the keys on the way
/// @param schema of what is there
public record FieldPath(Path path, List<String> names, JsonNode schema) {
    /// Which ways to write a path are allowed.
    public enum Notation {
        /// Dots and brackets.
        ANY,
        /// Dots alone.
        DOTS
    }

    /// Copies the names.
    public FieldPath {
        names = List.copyOf(names);
    }

    /// Reads a path that begins at a schema.
    ///
    /// @throws IllegalArgumentException that says why there is no such field
    public static FieldPath parse(String text, JsonNode schema, Notation notation) {
        List<String> names = new ArrayList<>();
        JsonNode at = schema;
        Path path = Path.ROOT;
        int i = 0;
        while (i < text.length()) {
            String name;
            if (text.charAt(i) == '.') {
                int end = end(text, i + 1);
                if (end == i + 1) {
                    throw new IllegalArgumentException("unexpected end of JSON path");
                }
                name = text.substring(i + 1, end);
                i = end;
            } else if (text.charAt(i) == '[') {
                if (notation == Notation.DOTS) {
                    throw new IllegalArgumentException("array notation is not allowed");
                }
                int end = quotedEnd(text, i + 1);
                name = unescaped(text.substring(i + 2, end));
                i = end + 2;
            } else {
                throw new IllegalArgumentException(
                        "expected [ or . but got: " + text.substring(i, end(text, i)));
            }
            names.add(name);
            boolean named = !at.path("properties").isMissingNode();
            at = named ? at.path("properties").path(name) : at.path("additionalProperties");
            if (!at.isObject()) {
                throw new IllegalArgumentException("does not refer to a valid field");
            }
            path = named ? path.field(name) : path.key(name);
        }
        return new FieldPath(path, names, at);
    }

    private static int end(String text, int from) {
        int end = from;
        while (end < text.length() && ".[]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /// Where the quote ends that begins there.
    private static int quotedEnd(String text, int from) {
        if (from >= text.length() || text.charAt(from) != '\'') {
            throw new IllegalArgumentException(
                    "expected single quoted string but got "
                            + text.substring(Math.min(from, text.length())));
        }
        int end = from + 1;
        while (end < text.length() && text.charAt(end) != '\'') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end + 1 >= text.length()) {
            throw new IllegalArgumentException("unexpected end of JSON path");
        }
        if (text.charAt(end + 1) != ']') {
            throw new IllegalArgumentException("expected ] but got " + text.charAt(end + 1));
        }
        return end;
    }

    private static String unescaped(String text) {
        StringBuilder result = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '\\') {
                result.append(c);
                continue;
            }
            char escaped = text.charAt(i++);
            int known = "abfnrtv'\\".indexOf(escaped);
            if (known < 0) {
                throw new IllegalArgumentException(
                        "invalid string literal: invalid escape char \\" + escaped);
            }
            result.append("\u0007\b\f\n\r\t\u000b'\\".charAt(known));
        }
        return result.toString();
    }
}
