package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.Words;
import java.util.List;
import java.util.Locale;

/// What definitions may call their kinds.
final class NameRules {
    private NameRules() {}

    /// Rules for names of which none may be missing.
    static void checkAll(JsonNode names, Path path, FieldErrors errors) {
        for (String field : List.of("plural", "singular", "kind", "listKind")) {
            if (names.path(field).asText().isEmpty()) {
                errors.required(path.field(field), "");
            }
        }
        check(names, path, errors);
    }

    /// Rules for those names that there are.
    static void check(JsonNode names, Path path, FieldErrors errors) {
        for (String field : List.of("plural", "singular")) {
            label(names.path(field).asText(), path.field(field), "", errors);
        }
        for (String field : List.of("kind", "listKind")) {
            String name = names.path(field).asText();
            List<String> wrong = Words.serviceName(name.toLowerCase(Locale.ROOT));
            if (!name.isEmpty() && !wrong.isEmpty()) {
                errors.invalid(
                        path.field(field),
                        name,
                        "may have mixed case, but should otherwise match: "
                                + String.join(",", wrong));
            }
        }
        list(names.path("shortNames"), path.field("shortNames"), errors);
        String kind = names.path("kind").asText();
        if (!kind.isEmpty() && kind.equals(names.path("listKind").asText())) {
            errors.invalid(path.field("listKind"), kind, "kind and listKind may not be the same");
        }
        list(names.path("categories"), path.field("categories"), errors);
    }

    private static void list(JsonNode names, Path path, FieldErrors errors) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i).asText();
            List<String> wrong = Words.serviceName(name);
            if (!wrong.isEmpty()) {
                errors.invalid(path.index(i), name, String.join(",", wrong));
            }
        }
    }

    static void label(String name, Path path, String otherwise, FieldErrors errors) {
        List<String> wrong = Words.serviceName(name);
        if (name.isEmpty() && otherwise.isEmpty()) {
            return;
        }
        if (!wrong.isEmpty()) {
            errors.invalid(path, name, String.join(",", wrong));
        }
    }
}
