package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;

/// Equality of JSON values in which numbers are equal that are the same number.
public final class JsonEquality {
    private static final Comparator<JsonNode> BY_VALUE =
            (left, right) -> {
                if (left.isNumber() && right.isNumber()) {
                    return left.decimalValue().compareTo(right.decimalValue());
                }
                return left.equals(right) ? 0 : 1;
            };

    private JsonEquality() {}

    /// Whether both are the same value.
    public static boolean same(JsonNode left, JsonNode right) {
        return left.equals(BY_VALUE, right);
    }
}
