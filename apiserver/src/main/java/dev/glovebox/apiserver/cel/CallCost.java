package dev.glovebox.apiserver.cel;

import dev.glovebox.apiserver.structural.Amount;
import java.util.List;
import java.util.Optional;

/// What a call is estimated to cost, its operands not counted.
///
/// @param units as in Kubernetes: a unit is what it takes to look at one value
/// @param result how large the result can be; empty where that is not told
record CallCost(Amount units, Optional<Size> result) {
    /// What going through a text costs, a character.
    static final double CHARACTER = 0.1;

    /// What a regular expression costs, a character of it.
    static final double EXPRESSION_CHARACTER = 0.25;

    /// What looks at one value, or at none.
    static final CallCost ONE = of(Amount.ONE);

    static CallCost of(Amount units) {
        return new CallCost(units, Optional.empty());
    }

    static CallCost of(Amount units, Size result) {
        return new CallCost(units, Optional.of(result));
    }

    /// What goes through a text.
    static CallCost through(Size text) {
        return of(text.most().times(CHARACTER));
    }

    /// What matches a text with a regular expression.
    static Amount matching(Size text, Size expression) {
        Amount characters = text.most().plus(Amount.ONE).times(CHARACTER);
        return characters.times(expression.most().times(EXPRESSION_CHARACTER));
    }

    /// A call.
    ///
    /// @param overload which of the functions of that name
    /// @param target what a member function is called on; empty for other functions
    record Call(
            String function, String overload, Optional<Operand> target, List<Operand> arguments) {
        Call {
            arguments = List.copyOf(arguments);
        }

        int count() {
            return arguments.size();
        }

        /// How large an argument can be.
        Size size(int argument) {
            return arguments.get(argument).sizeOrUnknown();
        }
    }
}
