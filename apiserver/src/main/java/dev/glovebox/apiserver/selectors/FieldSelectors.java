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

    /// Reads a selector; the empty text has no terms.
    ///
    /// @throws ApiException reason `BadRequest` when it is none
    public static FieldSelectors parse(String text) {
        List<Term> terms = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int at = part.indexOf('=');
            if (at < 0) {
                throw bad("invalid selector: '%s'; can't understand '%s'".formatted(text, part));
            }
            boolean not = at > 0 && part.charAt(at - 1) == '!';
            String field = part.substring(0, not ? at - 1 : at);
            int value = part.startsWith("==", at) ? at + 2 : at + 1;
            terms.add(new Term(field, !not, part.substring(value)));
        }
        return new FieldSelectors(terms);
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
        Selector all = Selector.ALL;
        for (Term term : terms) {
            Function<JsonNode, String> read = field(term.field(), known);
            all = all.and(object -> read.apply(object).equals(term.value()) == term.equal());
        }
        return all;
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
