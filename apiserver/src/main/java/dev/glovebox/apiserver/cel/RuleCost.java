package dev.glovebox.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.glovebox.apiserver.structural.Amount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What evaluating an expression once can cost at most, estimated without a value. Kubernetes
/// refuses definitions by this number, so it is the number that Kubernetes comes to. Source:
/// cel-go's `checker/cost.go`.
final class RuleCost {
    private static final Amount LIST = Amount.of(10);
    private static final Amount MAP = Amount.of(30);
    private static final Amount STRUCT = Amount.of(40);

    private final CelAbstractSyntaxTree tree;
    private final Sizes sizes;

    private RuleCost(CelAbstractSyntaxTree tree, SchemaSize root) {
        this.tree = tree;
        this.sizes = new Sizes(tree, root);
    }

    /// @param root of the value that the expression is about
    static Amount of(CelAbstractSyntaxTree tree, SchemaSize root) {
        return new RuleCost(tree, root).cost(tree.getExpr());
    }

    private Amount cost(CelExpr node) {
        return switch (node.getKind()) {
            case IDENT -> {
                sizes.noteIdentifier(node);
                yield Amount.ONE;
            }
            case SELECT -> select(node);
            case CALL -> call(node);
            case LIST -> list(node);
            case MAP -> map(node);
            case STRUCT -> {
                Amount sum = STRUCT;
                for (var entry : node.struct().entries()) {
                    sum = sum.plus(cost(entry.value()));
                }
                yield sum;
            }
            case COMPREHENSION ->
                    isBinding(node.comprehension()) ? binding(node) : comprehension(node);
            case CONSTANT, NOT_SET -> Amount.ZERO;
        };
    }

    private Amount select(CelExpr node) {
        CelExpr operand = node.select().operand();
        Amount cost = cost(operand);
        if (node.select().testOnly()) {
            return cost;
        }
        CelKind kind = sizes.type(operand).kind();
        sizes.noteTrail(node, sizes.trail(operand).then(node.select().field()));
        return kind == CelKind.MAP || kind == CelKind.STRUCT || kind == CelKind.TYPE_PARAM
                ? cost.plus(Amount.ONE)
                : cost;
    }

    private Amount list(CelExpr node) {
        Amount sum = LIST;
        Size items = node.list().elements().isEmpty() ? Size.exactly(0) : Size.NEVER;
        for (CelExpr element : node.list().elements()) {
            sum = sum.plus(cost(element));
            items = items.or(sizes.sizeOrUnknown(element));
        }
        sizes.noteEntries(node, Optional.of(new Sizes.Entries(true, Size.ONE, items)));
        return sum;
    }

    private Amount map(CelExpr node) {
        Amount sum = MAP;
        Size keys = node.map().entries().isEmpty() ? Size.exactly(0) : Size.NEVER;
        Size values = keys;
        for (var entry : node.map().entries()) {
            sum = sum.plus(cost(entry.key())).plus(cost(entry.value()));
            keys = keys.or(sizes.sizeOrUnknown(entry.key()));
            values = values.or(sizes.sizeOrUnknown(entry.value()));
        }
        sizes.noteEntries(node, Optional.of(new Sizes.Entries(false, keys, values)));
        return sum;
    }

    /// What macros make of a variable for a value: it is evaluated once.
    private static boolean isBinding(CelExpr.CelComprehension node) {
        boolean empty =
                node.iterRange().getKind() == CelExpr.ExprKind.Kind.LIST
                        && node.iterRange().list().elements().isEmpty();
        CelExpr condition = node.loopCondition();
        boolean never =
                condition.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && condition.constant().equals(CelConstant.ofValue(false));
        return empty && never;
    }

    private Amount binding(CelExpr node) {
        CelExpr.CelComprehension parts = node.comprehension();
        Amount sum = cost(parts.iterRange()).plus(cost(parts.accuInit()));
        sizes.begin(parts.accuVar(), parts.accuInit());
        sum = sum.plus(cost(parts.result()));
        sizes.end(parts.accuVar());
        sizes.copy(node, parts.result());
        return sum;
    }

    private Amount comprehension(CelExpr node) {
        CelExpr.CelComprehension parts = node.comprehension();
        CelExpr range = parts.iterRange();
        CelExpr begun = parts.accuInit();
        Amount sum = cost(range).plus(cost(begun));
        sizes.begin(parts.accuVar(), begun);
        boolean two = !parts.iterVar2().isEmpty();
        if (two) {
            sizes.beginKeys(parts.iterVar(), range);
            sizes.beginValues(parts.iterVar2(), range);
        } else {
            sizes.beginItems(parts.iterVar(), range);
        }
        Amount each = cost(parts.loopCondition()).plus(cost(parts.loopStep()));
        sizes.end(parts.iterVar());
        if (two) {
            sizes.end(parts.iterVar2());
        }
        sum = sum.plus(cost(parts.result()));
        sizes.end(parts.accuVar());
        Size times = sizes.sizeOrUnknown(range);
        switch (begun.getKind()) {
            case CONSTANT -> sizes.noteSize(node, sizes.size(begun));
            case LIST, MAP -> {
                sizes.noteSize(node, Optional.of(times));
                sizes.noteEntries(node, sizes.entries(parts.loopStep()));
            }
            default -> {
                // What it comes to is not known.
            }
        }
        return sum.plus(times.most().times(each));
    }

    private Amount call(CelExpr node) {
        CelExpr.CelCall call = node.call();
        if (call.function().equals("dyn")) {
            CelExpr same = call.args().getFirst();
            Amount cost = cost(same).plus(Amount.ONE);
            sizes.copy(node, same);
            return cost;
        }
        List<Operand> operands = new ArrayList<>();
        List<Amount> costs = new ArrayList<>();
        for (CelExpr argument : call.args()) {
            costs.add(cost(argument));
            operands.add(sizes.operand(argument));
        }
        List<String> overloads =
                tree.getReference(node.id()).map(CelReference::overloadIds).stream()
                        .flatMap(List::stream)
                        .toList();
        Amount cost = call.target().map(this::cost).orElse(Amount.ZERO);
        Optional<Operand> target = call.target().map(sizes::operand);
        Amount most = Amount.ZERO;
        Optional<Size> result = Optional.empty();
        for (String overload : overloads) {
            CallCost each =
                    overload(
                            node,
                            new CallCost.Call(call.function(), overload, target, operands),
                            costs);
            most = most.max(each.units());
            Optional<Size> before = result;
            result = each.result().map(size -> before.map(size::or).orElse(size)).or(() -> before);
            result = element(node, overload, result).or(() -> sizes.size(node));
        }
        sizes.noteSize(node, result);
        return cost.plus(most);
    }

    /// What is known of an element that a call takes from a list or map.
    private Optional<Size> element(CelExpr node, String overload, Optional<Size> otherwise) {
        boolean list = overload.equals("index_list");
        if (!list && !overload.equals("index_map")) {
            return otherwise;
        }
        CelExpr from = node.call().args().getFirst();
        sizes.noteTrail(node, sizes.trail(from).then(list ? "@items" : "@values"));
        return sizes.entries(from).map(Sizes.Entries::values);
    }

    /// What one of the functions of a name costs, its operands counted.
    private CallCost overload(CelExpr node, CallCost.Call call, List<Amount> costs) {
        Amount all = costs.stream().reduce(Amount.ZERO, Amount::plus);
        return switch (call.overload()) {
            case "logical_and", "logical_or" -> CallCost.of(all);
            case "conditional" -> {
                Optional<Sizes.Entries> other = sizes.entries(call.arguments().get(2).expression());
                noteEntries(node, call.arguments().get(1), other);
                Amount either = costs.get(1).max(costs.get(2));
                yield CallCost.of(costs.getFirst().plus(either), call.size(1).or(call.size(2)));
            }
            default -> {
                CallCost own = LibraryCosts.of(call).orElseGet(() -> StandardCosts.of(call));
                if (call.overload().startsWith("add_") && call.count() == 2) {
                    noteEntries(
                            node,
                            call.arguments().getFirst(),
                            sizes.entries(call.arguments().getLast().expression()));
                }
                yield new CallCost(own.units().plus(all), own.result());
            }
        };
    }

    /// Says that a node's entries are those of one operand or another.
    private void noteEntries(CelExpr node, Operand one, Optional<Sizes.Entries> other) {
        sizes.noteEntries(
                node, sizes.entries(one.expression()).flatMap(each -> other.map(each::or)));
    }
}
