package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.BiConsumer;

/// Checks numbers against bounds.
///
/// @param invalid gets a number that breaks one, and what it should be
record NumberCheck(BiConsumer<JsonNode, String> invalid) {
    void check(JsonNode schema, JsonNode value) {
        JsonNode most = schema.path("maximum");
        JsonNode least = schema.path("minimum");
        if (most.isNumber()) {
            int order = value.decimalValue().compareTo(most.decimalValue());
            boolean exclusive = schema.path("exclusiveMaximum").asBoolean();
            if (order > 0 || (exclusive && order == 0)) {
                String words = exclusive ? "less than" : "less than or equal to";
                invalid.accept(value, "should be " + words + " " + plain(most));
            }
        }
        if (least.isNumber()) {
            int order = value.decimalValue().compareTo(least.decimalValue());
            boolean exclusive = schema.path("exclusiveMinimum").asBoolean();
            if (order < 0 || (exclusive && order == 0)) {
                String words = exclusive ? "greater than" : "greater than or equal to";
                invalid.accept(value, "should be " + words + " " + plain(least));
            }
        }
        JsonNode factor = schema.path("multipleOf");
        if (factor.isNumber()
                && factor.decimalValue().signum() > 0
                && value.decimalValue().remainder(factor.decimalValue()).signum() != 0) {
            invalid.accept(value, "should be a multiple of " + plain(factor));
        }
    }

    private static String plain(JsonNode number) {
        return number.decimalValue().stripTrailingZeros().toPlainString();
    }
}
