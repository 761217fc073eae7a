package dev.glovebox.apiserver;

import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/// The parameters of a request.
///
/// @param query decoded, in order
record Parameters(Map<String, List<String>> query) {
    private static final int MOST_MANAGER_BYTES = 128;
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

    /// Whether who applies takes fields from others.
    boolean force() {
        return has("force") && !List.of("false", "0").contains(text("force"));
    }

    /// Checks what all writes share.
    ///
    /// @param options what Kubernetes calls this set, for example `CreateOptions`
    /// @param workflow of the write that they are of
    void checkWrite(String options, WriteContext.Workflow workflow) {
        FieldErrors errors = new FieldErrors();
        if (options.equals("PatchOptions")) {
            checkPatch(workflow, errors);
        }
        if (!options.equals("DeleteOptions")) {
            checkManager(text("fieldManager"), errors);
        }
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

    private void checkPatch(WriteContext.Workflow workflow, FieldErrors errors) {
        boolean applies = workflow == WriteContext.Workflow.APPLY;
        if (applies && text("fieldManager").isEmpty()) {
            errors.required(Path.of("fieldManager"), "is required for apply patch");
        }
        if (!applies && has("force")) {
            errors.forbidden(Path.of("force"), "may not be specified for non-apply patch");
        }
    }

    private static void checkManager(String manager, FieldErrors errors) {
        if (manager.getBytes(StandardCharsets.UTF_8).length > MOST_MANAGER_BYTES) {
            errors.tooLong(Path.of("fieldManager"), MOST_MANAGER_BYTES);
        }
        int at = 0;
        for (int c : manager.codePoints().limit(MOST_MANAGER_BYTES).toArray()) {
            if (!isPrintable(c)) {
                errors.invalid(
                        Path.of("fieldManager"),
                        manager,
                        "invalid character U+%04X (at position %d)".formatted(c, at));
            }
            at += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
        }
    }

    /// Whether a character is seen, the space included. Source: Go's `unicode.IsPrint`.
    static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }

    static void refuse(String options, FieldErrors errors) throws ApiException {
        if (!errors.isEmpty()) {
            throw errors.refusal("meta.k8s.io", options, "");
        }
    }
}
