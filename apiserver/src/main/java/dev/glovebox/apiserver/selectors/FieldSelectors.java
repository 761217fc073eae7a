package dev.glovebox.apiserver.selectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Field selectors: `spec.nodeName=a,status.phase!=Failed`.
///
/// @param terms all of them must hold
public record FieldSelectors(List<Term> terms) {
    /// Copies the terms.
    public FieldSelectors {
        terms = List.copyOf(terms);
    }

    /// One comparison.
    ///
    /// @param equal false for `!=`
    public record Term(String field, boolean equal, String value) {}

    /// Reads a selector; the empty text has no terms. In values, a backslash stands before a comma,
    /// an equals sign and a backslash.
    ///
    /// @throws ApiException reason `BadRequest` when it is none
    public static FieldSelectors parse(String text) {
        List<Term> terms = new ArrayList<>();
        // In the order in which Kubernetes looks at them, and finds what is wrong.
        for (String part : parts(text).stream().sorted().toList()) {
            if (!part.isEmpty()) {
                terms.add(term(text, part));
            }
        }
        return new FieldSelectors(terms);
    }

    /// What stands between commas that are not escaped.
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case ',' -> {
                    parts.add(text.substring(start, i));
                    start = i + 1;
                }
                default -> {}
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Term term(String text, String part) {
        int at = part.indexOf('=');
        if (at < 0) {
            throw bad("invalid selector: '%s'; can't understand '%s'".formatted(text, part));
        }
        boolean not = at > 0 && part.charAt(at - 1) == '!';
        boolean two = !not && part.startsWith("==", at);
        String field = part.substring(0, not ? at - 1 : at);
        return new Term(field, !not, unescaped(part.substring(two ? at + 2 : at + 1)));
    }

    private static String unescaped(String value) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' || c == '=') {
                throw bad("invalid field selector: unescaped character in value: " + (int) c);
            }
            if (c == '\\') {
                i++;
                if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    int end = i == value.length() ? i : value.offsetByCodePoints(i, 1);
                    throw bad(
                            "invalid field selector: invalid escape sequence: "
                                    + value.substring(i - 1, end));
                }
            }
            plain.append(value.charAt(i));
        }
        return plain.toString();
    }

    /// The value that a field must have; empty if none is demanded.
    public Optional<String> exactly(String field) {
        return terms.stream()
                .filter(term -> term.equal() && term.field().equals(field))
                .map(Term::value)
                .findFirst();
    }

    /// The selector over objects whose kind has these fields.
    ///
    /// @param known beyond `metadata.name` and `metadata.namespace`
    /// @throws ApiException reason `BadRequest` for a field that the kind does not have
    public Selector over(Map<String, Function<JsonNode, String>> known) {
        List<Selector> all = new ArrayList<>();
        for (Term term : terms) {
            Function<JsonNode, String> read = field(term.field(), known);
            all.add(object -> read.apply(object).equals(term.value()) == term.equal());
        }
        return Selector.all(all);
    }

    private static Function<JsonNode, String> field(
            String name, Map<String, Function<JsonNode, String>> known) {
        return switch (name) {
            case "metadata.name" -> object -> object.path("metadata").path("name").asText();
            case "metadata.namespace" ->
                    object -> object.path("metadata").path("namespace").asText();
            default -> {
                Function<JsonNode, String> found = known.get(name);
                if (found != null) {
                    yield found;
                }
                throw bad(
                        known.isEmpty()
                                ? "\"%s\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                                        .formatted(name)
                                : "field label not supported: " + name);
            }
        };
    }

    private static ApiException bad(String message) {
        return new ApiException(StatusReason.BAD_REQUEST, message);
    }
}
