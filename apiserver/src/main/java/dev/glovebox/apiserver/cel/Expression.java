package dev.glovebox.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.glovebox.apiserver.structural.Amount;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/// A compiled expression. Safe for use by any thread.
///
/// @param tree what it says
/// @param program what it is compiled to
/// @param looks how much of the values of nodes is looked at, by their identities
/// @param variables that it uses
record Expression(
        CelAbstractSyntaxTree tree,
        CelRuntime.Program program,
        Map<Long, Look> looks,
        Set<String> variables) {
    /// How much of a value is looked at.
    enum Look {
        /// All of it.
        ALL {
            @Override
            long weight(Object value) {
                return Weights.of(value);
            }
        },
        /// That it has items; but all of a text.
        ITEMS {
            @Override
            long weight(Object value) {
                return value instanceof Collection<?> list
                        ? Weights.shallow(list)
                        : Weights.of(value);
            }
        },
        /// All of a text, and of others how large they are.
        SIZE {
            @Override
            long weight(Object value) {
                return value instanceof String text ? text.length() : 1;
            }
        };

        abstract long weight(Object value);
    }

    Expression {
        looks = Map.copyOf(looks);
        variables = Set.copyOf(variables);
    }

    /// What evaluating it once can cost at most, as Kubernetes estimates it.
    ///
    /// @param self of the value that it is about
    Amount cost(SchemaSize self) {
        return RuleCost.of(tree, self);
    }

    /// Its value.
    ///
    /// @throws CelEvaluationException when it has none
    /// @throws Budget.Exhausted when it costs too much
    Object value(Map<String, Object> values, Budget budget) throws CelEvaluationException {
        budget.beginCall();
        return ScopedValue.where(Budget.CURRENT, budget)
                .call(() -> program.trace(values, (node, value) -> step(node, value, budget)));
    }

    /// What is said of a failure, in the words of cel-go and without the place where the expression
    /// failed.
    static String words(CelEvaluationException e) {
        return String.valueOf(e.getMessage())
                .replaceFirst("^evaluation error at <input>:\\d+: ", "")
                .replaceFirst("^key '(.*)' is not present in map\\.$", "no such key: $1");
    }

    private void step(CelExpr node, Object value, Budget budget) {
        long steps = 1;
        Look look = looks.get(node.id());
        if (look != null) {
            steps += look.weight(value) / 10;
        } else if (value instanceof Collection<?> list) {
            // The library goes through lists and maps whenever it hands them on.
            steps += list.size() / 100;
        } else if (value instanceof Map<?, ?> map) {
            steps += map.size() / 100;
        }
        budget.take(steps);
    }
}
