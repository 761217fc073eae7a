package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Functions of lists: `isSorted`, `sum`, `min`, `max`, `indexOf`, `lastIndexOf`, and those of
/// sets. Source: apiserver's `cel/library/lists.go` and cel-go's `ext/sets.go`.
final class ListFunctions {
    private static final Map<String, CelType> ORDERED =
            Map.of(
                    "int", SimpleType.INT,
                    "double", SimpleType.DOUBLE,
                    "bool", SimpleType.BOOL,
                    "string", SimpleType.STRING,
                    "duration", SimpleType.DURATION,
                    "timestamp", SimpleType.TIMESTAMP);

    private ListFunctions() {}

    static void addTo(Functions functions) {
        ORDERED.forEach((name, type) -> ordered(functions, name, type));
        functions
                .member(
                        "sum",
                        "list_int_sum_int",
                        SimpleType.INT,
                        ListType.create(SimpleType.INT),
                        List.class,
                        list -> sum(list))
                .member(
                        "sum",
                        "list_double_sum_double",
                        SimpleType.DOUBLE,
                        ListType.create(SimpleType.DOUBLE),
                        List.class,
                        list -> total(list))
                .member(
                        "sum",
                        "list_duration_sum_duration",
                        SimpleType.DURATION,
                        ListType.create(SimpleType.DURATION),
                        List.class,
                        list -> duration(list));
        CelType item = TypeParamType.create("T");
        CelType list = ListType.create(item);
        functions
                .member(
                        "indexOf",
                        "list_a_index_of_int",
                        SimpleType.INT,
                        List.of(list, item),
                        List.class,
                        Object.class,
                        (items, wanted) -> indexOf(items, wanted))
                .member(
                        "lastIndexOf",
                        "list_a_last_index_of_int",
                        SimpleType.INT,
                        List.of(list, item),
                        List.class,
                        Object.class,
                        (items, wanted) -> lastIndexOf(items, wanted));
        SetFunctions.addTo(functions);
    }

    private static void ordered(Functions functions, String name, CelType type) {
        CelType list = ListType.create(type);
        functions
                .member(
                        "isSorted",
                        "list_" + name + "_is_sorted_bool",
                        SimpleType.BOOL,
                        list,
                        List.class,
                        items -> isSorted(items))
                .member(
                        "min",
                        "list_" + name + "_min_" + name,
                        type,
                        list,
                        List.class,
                        items -> extreme(items, -1, "min"))
                .member(
                        "max",
                        "list_" + name + "_max_" + name,
                        type,
                        list,
                        List.class,
                        items -> extreme(items, 1, "max"));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static int compare(Object left, Object right) {
        return ((Comparable) left).compareTo(right);
    }

    private static boolean isSorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(List<?> list, int sign, String name) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException(name + " called on empty list");
        }
        Object found = list.getFirst();
        for (Object item : list) {
            found = compare(item, found) * sign > 0 ? item : found;
        }
        return found;
    }

    private static long sum(List<?> list) {
        long sum = 0;
        for (Object item : list) {
            sum = Math.addExact(sum, (Long) item);
        }
        return sum;
    }

    private static double total(List<?> list) {
        return list.stream().mapToDouble(item -> ((Number) item).doubleValue()).sum();
    }

    private static Duration duration(List<?> list) {
        Duration sum = Duration.ZERO;
        for (Object item : list) {
            sum = sum.plus((Duration) item);
        }
        return sum;
    }

    private static long indexOf(List<?> list, Object wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (Operators.same(list.get(i), wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static long lastIndexOf(List<?> list, Object wanted) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (Operators.same(list.get(i), wanted)) {
                return i;
            }
        }
        return -1;
    }
}
