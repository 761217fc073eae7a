package dev.glovebox.apiserver.cel;

import dev.cel.common.CelOptions;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.RuntimeEquality;
import dev.cel.runtime.RuntimeHelpers;
import dev.cel.runtime.standard.AddOperator.AddOverload;
import dev.cel.runtime.standard.InOperator.InOverload;
import dev.glovebox.apiserver.structural.Regex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Operators that mean something else for Kubernetes than for the language: lists know whether they
/// are sets or maps. And those that could cost more than their values weigh.
final class Operators {
    private static final Set<CelStandardFunctions.StandardFunction> OWN =
            Set.of(
                    CelStandardFunctions.StandardFunction.ADD,
                    CelStandardFunctions.StandardFunction.EQUALS,
                    CelStandardFunctions.StandardFunction.NOT_EQUALS,
                    CelStandardFunctions.StandardFunction.IN,
                    CelStandardFunctions.StandardFunction.CONTAINS,
                    CelStandardFunctions.StandardFunction.MATCHES);

    static final CelOptions OPTIONS =
            CelOptions.current()
                    .enableHeterogeneousNumericComparisons(true)
                    .enableRegexPartialMatch(true)
                    .maxExpressionCodePointSize(32 << 10)
                    .maxParseRecursionDepth(100)
                    .maxParseExpressionNodeCount(50_000)
                    .comprehensionMaxIterations(-1)
                    .build();

    private static final RuntimeEquality EQUALITY =
            RuntimeEquality.create(RuntimeHelpers.create(), OPTIONS);

    private Operators() {}

    /// All that the language has itself, but for what is here.
    static CelStandardFunctions others() {
        return CelStandardFunctions.newBuilder()
                .filterFunctions((function, overload) -> !OWN.contains(function))
                .build();
    }

    static List<CelFunctionBinding> bindings() {
        List<CelFunctionBinding> sums = new ArrayList<>();
        for (AddOverload overload : AddOverload.values()) {
            if (overload != AddOverload.ADD_LIST) {
                sums.add(overload.newFunctionBinding(OPTIONS, EQUALITY));
            }
        }
        sums.add(CelFunctionBinding.from("add_list", List.class, List.class, Operators::sum));
        List<CelFunctionBinding> all =
                new ArrayList<>(CelFunctionBinding.fromOverloads("_+_", sums));
        all.addAll(
                CelFunctionBinding.fromOverloads(
                        "_==_",
                        CelFunctionBinding.from(
                                "equals", Object.class, Object.class, Operators::same)));
        all.addAll(
                CelFunctionBinding.fromOverloads(
                        "_!=_",
                        CelFunctionBinding.from(
                                "not_equals",
                                Object.class,
                                Object.class,
                                (left, right) -> !same(left, right))));
        all.addAll(
                CelFunctionBinding.fromOverloads(
                        "@in",
                        CelFunctionBinding.from("in_list", Object.class, List.class, Operators::in),
                        InOverload.IN_MAP.newFunctionBinding(OPTIONS, EQUALITY)));
        all.addAll(
                CelFunctionBinding.fromOverloads(
                        "contains",
                        CelFunctionBinding.from(
                                "contains_string",
                                String.class,
                                String.class,
                                TextFunctions::contains)));
        all.addAll(
                CelFunctionBinding.fromOverloads(
                        "matches",
                        CelFunctionBinding.from(
                                "matches", String.class, String.class, Operators::matches),
                        CelFunctionBinding.from(
                                "matches_string", String.class, String.class, Operators::matches)));
        return all;
    }

    static boolean matches(String text, String expression) {
        chargeMatch(text, expression);
        return Regex.compile(expression).matcher(text).find();
    }

    /// A text is looked at once a part of the expression.
    static void chargeMatch(String text, String expression) {
        Budget.charge((text.length() + 1L) * (expression.length() / 4 + 1));
    }

    private static boolean in(Object item, List<?> list) {
        for (Object each : list) {
            if (same(each, item)) {
                return true;
            }
        }
        return false;
    }

    /// Whether both are the same value; what it costs was taken with the operands.
    static boolean same(Object left, Object right) {
        if (left instanceof StructObject one && right instanceof StructObject other) {
            return sameFields(one.value(), other.value());
        }
        if (left instanceof List<?> one && right instanceof List<?> other) {
            return sameLists(one, other);
        }
        if (left instanceof Map<?, ?> one && right instanceof Map<?, ?> other) {
            return sameFields(one, other);
        }
        if (left instanceof Optional<?> one && right instanceof Optional<?> other) {
            return one.isPresent() == other.isPresent()
                    && (one.isEmpty() || same(one.get(), other.orElseThrow()));
        }
        return EQUALITY.objectEquals(left, right);
    }

    private static boolean sameFields(Map<?, ?> left, Map<?, ?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : left.entrySet()) {
            Object other = right.get(entry.getKey());
            if (other == null || !same(entry.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameLists(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        ListValue.Kind kind = left instanceof ListValue list ? list.kind() : ListValue.Kind.ATOMIC;
        return switch (kind) {
            case ATOMIC -> sameOrder(left, right);
            case SET, MAP -> sameItems(left, right);
        };
    }

    private static boolean sameOrder(List<?> left, List<?> right) {
        for (int i = 0; i < left.size(); i++) {
            if (!same(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// In whatever order. Items that are equal as values mostly have equal hashes; the others are
    /// looked for one by one, which is charged.
    private static boolean sameItems(List<?> left, List<?> right) {
        Set<Object> known = new HashSet<>(right);
        for (Object item : left) {
            if (!known.contains(item)) {
                Budget.charge(Weights.of(right));
                if (!in(item, right)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Object sum(List<?> left, List<?> right) {
        if (left instanceof ListValue list) {
            return switch (list.kind()) {
                case ATOMIC -> joined(left, right);
                case SET -> list.with(union(left, right));
                case MAP -> list.with(merged(list, right));
            };
        }
        return joined(left, right);
    }

    private static List<Object> joined(Collection<?> left, Collection<?> right) {
        List<Object> all = new ArrayList<>(left.size() + right.size());
        all.addAll(left);
        all.addAll(right);
        return all;
    }

    private static List<Object> union(List<?> left, List<?> right) {
        List<Object> all = new ArrayList<>(left);
        Set<Object> known = new HashSet<>(left);
        for (Object item : right) {
            if (known.add(item)) {
                Budget.charge(Weights.of(left));
                if (!in(item, left)) {
                    all.add(item);
                }
            }
        }
        return all;
    }

    /// Items of the right take the place of those with the same keys.
    private static List<Object> merged(ListValue left, List<?> right) {
        Map<Object, Object> all = new java.util.LinkedHashMap<>();
        left.forEach(item -> all.put(key(left, item), item));
        right.forEach(item -> all.put(key(left, item), item));
        return new ArrayList<>(all.values());
    }

    private static Object key(ListValue list, Object item) {
        List<Object> key = new ArrayList<>();
        if (item instanceof StructObject struct) {
            list.keys().forEach(name -> key.add(struct.find(name)));
        }
        return key;
    }
}
