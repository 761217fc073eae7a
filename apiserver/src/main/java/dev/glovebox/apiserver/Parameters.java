package dev.glovebox.apiserver;

import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.model.ApiException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/// The parameters of a request.
///
/// @param query decoded, in order
record Parameters(Map<String, List<String>> query) {
    private static final List<String> FIELD_VALIDATION = List.of("Ignore", "Strict", "Warn");

    Parameters {
        Objects.requireNonNull(query, "query");
    }

    /// The first value of a parameter, empty when it is absent.
    String text(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }

    boolean has(String name) {
        return query.containsKey(name);
    }

    /// Whether a parameter is given and neither empty, `0` nor `false`.
    boolean truth(String name) {
        String text = text(name);
        return !text.isEmpty() && !text.equals("0") && !text.equals("false");
    }

    /// A whole number.
    OptionalLong number(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw Refusals.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
    }

    boolean dryRun() {
        return has("dryRun");
    }

    /// `Ignore`, `Warn` or `Strict`.
    String fieldValidation() {
        String text = text("fieldValidation");
        return text.isEmpty() ? "Warn" : text;
    }

    /// Checks what all writes share.
    ///
    /// @param options what Kubernetes calls this set, for example `CreateOptions`
    void checkWrite(String options) {
        FieldErrors errors = new FieldErrors();
        for (String value : query.getOrDefault("dryRun", List.of())) {
            if (!value.equals("All")) {
                errors.unsupported(Path.of("dryRun"), value, List.of("All"));
            }
        }
        if (!FIELD_VALIDATION.contains(fieldValidation())) {
            errors.unsupported(
                    Path.of("fieldValidation"), text("fieldValidation"), FIELD_VALIDATION);
        }
        refuse(options, errors);
    }

    static void refuse(String options, FieldErrors errors) throws ApiException {
        if (!errors.isEmpty()) {
            throw errors.refusal("meta.k8s.io", options, "");
        }
    }
}
