package dev.glovebox.apiserver.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import java.util.Optional;

/// An operand of a call whose cost is estimated.
///
/// @param trail to it, empty where it is no part of the value that the rule is for
/// @param size empty where nothing is known of it
/// @param root what the trail begins at
record Operand(
        CelExpr expression, CelType type, Trail trail, Optional<Size> size, SchemaSize root) {
    /// How large it can be.
    Size sizeOrUnknown() {
        return size.orElse(Size.UNKNOWN);
    }

    /// Whether it has a type for its elements, as a list does.
    boolean hasElements() {
        return !type.parameters().isEmpty();
    }

    /// Whether its elements are text or bytes.
    boolean hasTexts() {
        CelKind kind = type.parameters().getFirst().kind();
        return kind == CelKind.STRING || kind == CelKind.BYTES;
    }

    /// How large its elements can be.
    Size elements() {
        return trail.isEmpty()
                ? Size.UNKNOWN
                : trail.copyThen("@items").in(root).orElse(Size.UNKNOWN);
    }

    /// A number that is written there; empty for what is none.
    Optional<Long> number() {
        boolean constant = expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT;
        return constant && type.kind() == CelKind.INT
                ? Optional.of(expression.constant().int64Value())
                : Optional.empty();
    }
}
