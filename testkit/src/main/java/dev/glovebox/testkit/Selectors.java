package dev.glovebox.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.cluster.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether an object is in a scope: its namespace, field selectors on any path, and the label
/// selectors `k`, `!k`, `k=v`, `k==v`, `k!=v`, `k in (v, w)`, `k notin (v, w)`.
final class Selectors {
    private static final Pattern TERM_END = Pattern.compile(",(?![^(]*\\))");
    private static final Pattern COMPARISON = Pattern.compile("([^=!]+)(=|==|!=)([^=!]*)");
    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");

    private Selectors() {}

    static boolean matches(Scope scope, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return (scope.namespace().isEmpty()
                        || scope.namespace().equals(metadata.path("namespace").asText()))
                && terms(scope.fieldSelector()).stream().allMatch(term -> field(term, object))
                && terms(scope.labelSelector()).stream()
                        .allMatch(term -> label(term, metadata.path("labels")));
    }

    private static List<String> terms(String selector) {
        return selector.isEmpty()
                ? List.of()
                : Arrays.stream(TERM_END.split(selector)).map(String::strip).toList();
    }

    private static boolean field(String term, JsonNode object) {
        Matcher comparison = comparison(term);
        JsonNode value = object.at("/" + comparison.group(1).replace('.', '/'));
        return compare(comparison, value.asText());
    }

    private static boolean label(String term, JsonNode labels) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            List<String> values =
                    Arrays.stream(set.group(3).split(",", -1)).map(String::strip).toList();
            boolean among =
                    labels.has(set.group(1)) && values.contains(labels.get(set.group(1)).asText());
            return set.group(2).equals("in") == among;
        }
        if (term.startsWith("!")) {
            return !labels.has(term.substring(1).strip());
        }
        if (!term.contains("=")) {
            return labels.has(term);
        }
        Matcher comparison = comparison(term);
        String key = comparison.group(1).strip();
        boolean negative = comparison.group(2).equals("!=");
        return labels.has(key) ? compare(comparison, labels.get(key).asText()) : negative;
    }

    private static Matcher comparison(String term) {
        Matcher comparison = COMPARISON.matcher(term);
        if (!comparison.matches()) {
            throw new IllegalArgumentException("not a selector: " + term);
        }
        return comparison;
    }

    private static boolean compare(Matcher comparison, String value) {
        return comparison.group(2).equals("!=") != value.equals(comparison.group(3).strip());
    }
}
