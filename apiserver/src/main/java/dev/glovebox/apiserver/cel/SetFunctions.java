package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import java.util.List;

/// Lists as sets: `sets.contains`, `sets.equivalent`, `sets.intersects`. Each item of one is looked
/// for in the other, which is what it costs. Source: cel-go's `ext/sets.go`.
final class SetFunctions {
    private SetFunctions() {}

    static void addTo(Functions functions) {
        CelType list = ListType.create(TypeParamType.create("T"));
        List<CelType> two = List.of(list, list);
        functions
                .global(
                        "sets.contains",
                        "list_sets_contains_list",
                        SimpleType.BOOL,
                        two,
                        (all, some) -> contains(all, some))
                .global(
                        "sets.equivalent",
                        "list_sets_equivalent_list",
                        SimpleType.BOOL,
                        two,
                        (left, right) -> contains(left, right) && contains(right, left))
                .global(
                        "sets.intersects",
                        "list_sets_intersects_list",
                        SimpleType.BOOL,
                        two,
                        (left, right) -> intersects(left, right));
    }

    private static boolean contains(List<?> all, List<?> some) {
        Budget.charge(Weights.of(all) * (some.size() + 1L));
        return some.stream()
                .allMatch(item -> all.stream().anyMatch(each -> Operators.same(each, item)));
    }

    private static boolean intersects(List<?> left, List<?> right) {
        Budget.charge(Weights.of(left) * (right.size() + 1L));
        return right.stream()
                .anyMatch(item -> left.stream().anyMatch(each -> Operators.same(each, item)));
    }
}
