package dev.glovebox.apiserver.cel;

import dev.glovebox.apiserver.structural.Amount;
import java.util.Optional;

/// What calls of functions are estimated to cost that make text of text, or lists. Source:
/// apiserver's `cel/library/cost.go`.
final class TextCosts {
    private TextCosts() {}

    /// What a call costs; empty when it has too few arguments to be one of these.
    static Optional<CallCost> of(CallCost.Call call, Operand target) {
        return switch (call.function()) {
            case "replace" ->
                    call.count() < 2 ? Optional.empty() : Optional.of(replace(call, target));
            case "split" -> Optional.of(split(call, target));
            case "join" -> Optional.of(join(call, target));
            default -> call.count() < 1 ? Optional.empty() : Optional.of(find(call, target));
        };
    }

    private static CallCost replace(CallCost.Call call, Operand target) {
        Size text = target.sizeOrUnknown();
        Size from = call.size(0);
        Size to = call.size(1);
        Replaced most = Replaced.longest(text, from, to);
        Replaced least = Replaced.shortest(text, from, to);
        Size result =
                new Size(
                        least.count().times(to.least()).plus(least.kept()),
                        most.count().times(to.most()).plus(most.kept()));
        return CallCost.of(text.most().times(2 * CallCost.CHARACTER), result);
    }

    /// @param count of replacements
    /// @param kept characters of the text that was there
    private record Replaced(Amount count, Amount kept) {
        static Replaced longest(Size text, Size from, Size to) {
            if (from.least().equals(Amount.ZERO)) {
                return around(text.most());
            }
            if (to.most().compareTo(from.least()) <= 0) {
                return new Replaced(Amount.ZERO, text.most());
            }
            return new Replaced(text.most().over(from.least()), Amount.ZERO);
        }

        static Replaced shortest(Size text, Size from, Size to) {
            if (from.most().equals(Amount.ZERO)) {
                return around(text.least());
            }
            if (from.most().compareTo(to.least()) <= 0) {
                return new Replaced(Amount.ZERO, text.least());
            }
            return new Replaced(text.least().over(from.most()), Amount.ZERO);
        }

        /// Nothing is found before and after every character.
        private static Replaced around(Amount text) {
            return new Replaced(text.plus(Amount.ONE), text);
        }
    }

    private static CallCost split(CallCost.Call call, Operand target) {
        Size text = target.sizeOrUnknown();
        Optional<Long> limit =
                call.count() > 1 ? call.arguments().get(1).number() : Optional.empty();
        Amount most = limit.map(Amount::new).orElse(text.most());
        return CallCost.of(text.most().times(2 * CallCost.CHARACTER), Size.upTo(most));
    }

    private static CallCost join(CallCost.Call call, Operand target) {
        Size list = target.sizeOrUnknown();
        Size result = target.hasElements() ? list.times(target.elements()) : Size.exactly(0);
        if (call.count() > 0) {
            Size separators = new Size(list.least().lessOne(), list.most().lessOne());
            result = result.plus(call.size(0).times(separators));
        }
        return CallCost.of(result.most().times(CallCost.CHARACTER), result);
    }

    private static CallCost find(CallCost.Call call, Operand target) {
        Size text = target.sizeOrUnknown();
        return CallCost.of(CallCost.matching(text, call.size(0)), Size.upTo(text.most()));
    }
}
