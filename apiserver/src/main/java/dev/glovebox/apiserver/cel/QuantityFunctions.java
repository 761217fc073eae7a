package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.glovebox.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.util.List;

/// Quantities such as `100m`. Source: apiserver's `cel/library/quantity.go`.
final class QuantityFunctions {
    private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    private static final List<CelType> TWO = List.of(QUANTITY, QUANTITY);
    private static final List<CelType> WITH_INT = List.of(QUANTITY, SimpleType.INT);
    private static final Class<Quantity> Q = Quantity.class;

    private QuantityFunctions() {}

    static void addTo(Functions functions) {
        functions
                .global(
                        "quantity",
                        "string_to_quantity",
                        QUANTITY,
                        SimpleType.STRING,
                        String.class,
                        Quantity::parse)
                .global(
                        "isQuantity",
                        "is_quantity_string",
                        SimpleType.BOOL,
                        SimpleType.STRING,
                        String.class,
                        QuantityFunctions::isQuantity)
                .global(
                        "sign",
                        "quantity_sign",
                        SimpleType.INT,
                        QUANTITY,
                        Q,
                        quantity -> (long) quantity.sign())
                .member(
                        "isInteger",
                        "quantity_is_integer",
                        SimpleType.BOOL,
                        QUANTITY,
                        Q,
                        QuantityFunctions::isInteger)
                .member(
                        "asInteger",
                        "quantity_get_int",
                        SimpleType.INT,
                        QUANTITY,
                        Q,
                        QuantityFunctions::asInteger)
                .member(
                        "asApproximateFloat",
                        "quantity_get_float",
                        SimpleType.DOUBLE,
                        QUANTITY,
                        Q,
                        quantity -> quantity.amount().doubleValue());
        pairs(functions);
    }

    private static void pairs(Functions functions) {
        functions
                .member(
                        "isGreaterThan",
                        "quantity_is_greater_than",
                        SimpleType.BOOL,
                        TWO,
                        Q,
                        Q,
                        (left, right) -> left.compareTo(right) > 0)
                .member(
                        "isLessThan",
                        "quantity_is_less_than",
                        SimpleType.BOOL,
                        TWO,
                        Q,
                        Q,
                        (left, right) -> left.compareTo(right) < 0)
                .member(
                        "compareTo",
                        "quantity_compare_to",
                        SimpleType.INT,
                        TWO,
                        Q,
                        Q,
                        (left, right) -> (long) Integer.signum(left.compareTo(right)))
                .member("add", "quantity_add", QUANTITY, TWO, Q, Q, Quantity::plus)
                .member(
                        "add",
                        "quantity_add_int",
                        QUANTITY,
                        WITH_INT,
                        Q,
                        Long.class,
                        (left, right) -> left.plus(whole(right)))
                .member(
                        "sub",
                        "quantity_sub",
                        QUANTITY,
                        TWO,
                        Q,
                        Q,
                        (left, right) -> left.plus(negative(right)))
                .member(
                        "sub",
                        "quantity_sub_int",
                        QUANTITY,
                        WITH_INT,
                        Q,
                        Long.class,
                        (left, right) -> left.plus(negative(whole(right))));
    }

    private static Quantity whole(long number) {
        return new Quantity(BigDecimal.valueOf(number), Quantity.Notation.DECIMAL);
    }

    private static Quantity negative(Quantity quantity) {
        return new Quantity(quantity.amount().negate(), quantity.notation());
    }

    private static boolean isQuantity(String text) {
        try {
            Quantity.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isInteger(Quantity quantity) {
        return quantity.whole()
                && quantity.amount().abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    }

    private static long asInteger(Quantity quantity) {
        if (!isInteger(quantity)) {
            throw new IllegalArgumentException("cannot convert value to integer");
        }
        return quantity.amount().longValueExact();
    }
}
