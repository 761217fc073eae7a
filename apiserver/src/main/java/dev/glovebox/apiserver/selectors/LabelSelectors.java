package dev.glovebox.apiserver.selectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.Words;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Reads label selectors: `app=web,tier in (front,back),!canary`. One text, one thread. Source:
/// apimachinery's `labels.Parse`, messages included.
public final class LabelSelectors {
    private final List<String> tokens;
    private int at;

    private LabelSelectors(List<String> tokens) {
        this.tokens = tokens;
    }

    /// Reads a selector; the empty text picks everything.
    ///
    /// @throws ApiException reason `BadRequest` when it is none
    public static Selector parse(String text) {
        if (text.isBlank()) {
            return Selector.ALL;
        }
        return new LabelSelectors(LabelLexer.tokens(text)).selector();
    }

    private Selector selector() {
        List<Selector> all = new ArrayList<>();
        if (!identifier(peek()) && !peek().equals("!")) {
            throw bad("found '%s', expected: !, identifier, or 'end of string'".formatted(peek()));
        }
        while (!peek().isEmpty()) {
            all.add(requirement());
            String separator = take();
            if (!separator.isEmpty() && !separator.equals(",")) {
                throw bad("found '%s', expected: ',' or 'end of string'".formatted(separator));
            }
            if (separator.equals(",") && !identifier(peek()) && !peek().equals("!")) {
                throw bad("found '%s', expected: identifier after ','".formatted(peek()));
            }
            if (separator.isEmpty()) {
                break;
            }
        }
        return Selector.all(all);
    }

    private Selector requirement() {
        boolean not = peek().equals("!");
        if (not) {
            take();
        }
        String key = take();
        if (!identifier(key)) {
            throw unparsable("found '%s', expected: identifier".formatted(key));
        }
        List<String> wrong = Words.qualifiedName(key);
        if (!wrong.isEmpty()) {
            throw unparsable("key: Invalid value: \"%s\": %s".formatted(key, wrong.getFirst()));
        }
        if (not) {
            return object -> !label(object, key, any -> true);
        }
        if (peek().isEmpty() || peek().equals(",")) {
            return object -> label(object, key, any -> true);
        }
        return operator(key, take());
    }

    private Selector operator(String key, String operator) {
        return switch (operator) {
            case "in" -> in(key, checked(key, values()));
            case "notin" -> notIn(key, checked(key, values()));
            case "=", "==" -> in(key, checked(key, Set.of(value())));
            case "!=" -> notIn(key, checked(key, Set.of(value())));
            case ">" -> number(key, 1);
            case "<" -> number(key, -1);
            default ->
                    throw unparsable(
                            "found '%s', expected: in, notin, =, ==, !=, gt, lt"
                                    .formatted(operator));
        };
    }

    private static Selector in(String key, Set<String> values) {
        return object -> label(object, key, values::contains);
    }

    private static Selector notIn(String key, Set<String> values) {
        return object -> !label(object, key, values::contains);
    }

    private Selector number(String key, int sign) {
        String text = value();
        long bound = whole(text);
        checked(key, Set.of(text));
        return object ->
                label(
                        object,
                        key,
                        value -> {
                            try {
                                return Long.compare(Long.parseLong(value), bound) == sign;
                            } catch (NumberFormatException e) {
                                return false;
                            }
                        });
    }

    private static long whole(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw unparsable(
                    "values[0][%s]: Invalid value: \"%s\": for 'Gt', 'Lt' operators, the value must be an integer"
                            .formatted(text, text));
        }
    }

    private String value() {
        if (peek().isEmpty() || peek().equals(",")) {
            return "";
        }
        String value = take();
        if (!identifier(value)) {
            throw unparsable("found '%s', expected: identifier".formatted(value));
        }
        return value;
    }

    private Set<String> values() {
        String open = take();
        if (!open.equals("(")) {
            throw unparsable("found '%s' expected: '('".formatted(open));
        }
        if (!identifier(peek()) && !peek().equals(",") && !peek().equals(")")) {
            throw unparsable("found '%s', expected: ',', ')' or identifier".formatted(peek()));
        }
        Set<String> values = new TreeSet<>();
        while (true) {
            values.add(item());
            String separator = take();
            if (separator.equals(")")) {
                return values;
            }
        }
    }

    /// One of the values; empty where there is nothing between two commas, or beside one. What
    /// follows is a comma or the end of the list.
    private String item() {
        String value = identifier(peek()) ? take() : "";
        if (!peek().equals(",") && !peek().equals(")")) {
            throw unparsable(
                    "found '%s', expected: %s"
                            .formatted(
                                    peek(), value.isEmpty() ? "',', or identifier" : "',' or ')'"));
        }
        return value;
    }

    private static Set<String> checked(String key, Set<String> values) {
        List<String> errors = new ArrayList<>();
        int index = 0;
        for (String value : new TreeSet<>(values)) {
            List<String> wrong = Words.labelValue(value);
            if (!wrong.isEmpty()) {
                errors.add(
                        "values[%d][%s]: Invalid value: \"%s\": %s"
                                .formatted(index, key, value, wrong.getFirst()));
            }
            index++;
        }
        if (!errors.isEmpty()) {
            throw unparsable(
                    errors.size() == 1 ? errors.getFirst() : "[" + String.join(", ", errors) + "]");
        }
        return values;
    }

    private static boolean label(JsonNode object, String key, Predicate<String> test) {
        JsonNode value = object.path("metadata").path("labels").get(key);
        return value != null && test.test(value.asText());
    }

    private static boolean identifier(String token) {
        return LabelLexer.word(token);
    }

    private String peek() {
        return tokens.get(at);
    }

    private String take() {
        String token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    private static ApiException unparsable(String message) {
        return bad("unable to parse requirement: " + message);
    }

    private static ApiException bad(String message) {
        return new ApiException(StatusReason.BAD_REQUEST, message);
    }
}
