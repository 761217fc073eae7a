package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/// Rules about numbers that may be percentages.
public final class IntOrPercent {
    private static final Pattern PERCENT = Pattern.compile("[0-9]{1,9}%");
    private static final String WORDS =
            "a valid percent string must be a numeric string followed by an ending '%' (e.g."
                    + " '1%',  or '93%', regex used for validation is '[0-9]+%')";

    private IntOrPercent() {}

    /// Must be a percentage or a number that is not negative.
    public static void check(JsonNode value, Path path, FieldErrors errors) {
        if (value.isTextual()) {
            if (!PERCENT.matcher(value.asText()).matches()) {
                errors.invalid(path, value, WORDS);
            }
        } else {
            errors.nonNegative(path, value);
        }
    }

    /// Must not be more than all.
    public static void atMostAll(JsonNode value, Path path, FieldErrors errors) {
        if (percent(value) > 100) {
            errors.invalid(path, value, "must not be greater than 100%");
        }
    }

    /// What a number or a well-formed percentage says; 0 for anything else.
    public static long number(JsonNode value) {
        return value.isTextual() ? Math.max(0, percent(value)) : value.asLong();
    }

    private static long percent(JsonNode value) {
        String text = value.asText();
        return value.isTextual() && PERCENT.matcher(text).matches()
                ? Long.parseLong(text.substring(0, text.length() - 1))
                : -1;
    }
}
