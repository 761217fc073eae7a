package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rules about keys of a pod's own labels in its selectors, which have their values by now.
final class LabelKeyRules {
    private static final String MATCH = "matchLabelKeys";
    private static final String MISMATCH = "mismatchLabelKeys";

    private LabelKeyRules() {}

    /// @param path of what has a selector and the keys
    static void check(JsonNode term, Path path, FieldErrors errors) {
        boolean selects = term.has("labelSelector");
        for (String field : List.of(MATCH, MISMATCH)) {
            JsonNode keys = term.path(field);
            if (!keys.isEmpty() && !selects) {
                errors.forbidden(
                        path.field(field), "must not be specified when labelSelector is not set");
                continue;
            }
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i).asText();
                errors.invalid(path.field(field).index(i), key, Words.qualifiedName(key));
            }
        }
        twice(term, path, errors);
        Set<String> others = new HashSet<>();
        term.path(MISMATCH).forEach(key -> others.add(key.asText()));
        for (int i = 0; i < term.path(MATCH).size(); i++) {
            String key = term.path(MATCH).get(i).asText();
            if (others.contains(key)) {
                errors.invalid(
                        path.field(MATCH).index(i),
                        key,
                        "exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
    }

    /// A selector has each key once from where the pod's own labels were filled in, and once more
    /// where the client gave it as well. The path is Kubernetes' own.
    private static void twice(JsonNode term, Path path, FieldErrors errors) {
        Map<String, Integer> keys = new HashMap<>();
        for (int i = 0; i < term.path(MATCH).size(); i++) {
            keys.put(term.path(MATCH).get(i).asText(), i);
        }
        Set<String> seen = new HashSet<>();
        JsonNode selector = term.path("labelSelector");
        selector.path("matchLabels").fieldNames().forEachRemaining(seen::add);
        for (JsonNode expression : selector.path("matchExpressions")) {
            String key = expression.path("key").asText();
            if (!seen.add(key) && keys.containsKey(key)) {
                errors.invalid(
                        path.index(keys.get(key)),
                        key,
                        "exists in both matchLabelKeys and labelSelector");
            }
        }
    }
}
