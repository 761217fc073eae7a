package dev.glovebox.apiserver.cel;

import dev.glovebox.apiserver.structural.Amount;
import java.util.Optional;

/// What calls of the language's own functions are estimated to cost. Source: cel-go's
/// `checker/cost.go`.
final class StandardCosts {
    private StandardCosts() {}

    /// What a call costs, but for those where not all operands are evaluated.
    static CallCost of(CallCost.Call call) {
        return switch (call.overload()) {
            case "string_format" ->
                    call.target()
                            .map(target -> CallCost.through(target.sizeOrUnknown()))
                            .orElse(CallCost.ONE);
            case "string_to_bytes" -> bytes(call.size(0));
            case "bytes_to_string" -> text(call.size(0));
            case "strings_quote" -> quoted(call.size(0));
            case "starts_with_string", "ends_with_string" -> CallCost.through(call.size(0));
            case "in_list" -> CallCost.of(call.size(1).most());
            case "matches_string" ->
                    call.target()
                            .map(target ->
                                    CallCost.of(
                                            CallCost.matching(
                                                    target.sizeOrUnknown(), call.size(0))))
                            .orElse(CallCost.ONE);
            case "contains_string" -> contains(call);
            case "add_string", "add_bytes" -> {
                Size sum = call.size(0).plus(call.size(1));
                yield CallCost.of(sum.most().times(CallCost.CHARACTER), sum);
            }
            case "add_list" -> CallCost.of(Amount.ONE, call.size(0).plus(call.size(1)));
            case "less_string",
                    "greater_string",
                    "less_equals_string",
                    "greater_equals_string",
                    "less_bytes",
                    "greater_bytes",
                    "less_equals_bytes",
                    "greater_equals_bytes",
                    "equals",
                    "not_equals" -> {
                Amount compared = call.size(0).most().min(call.size(1).most());
                yield CallCost.of(compared.times(CallCost.CHARACTER));
            }
            default -> CallCost.ONE;
        };
    }

    private static CallCost bytes(Size text) {
        Size result = new Size(text.least(), text.most().times(Amount.of(4)));
        return CallCost.of(text.most().times(CallCost.CHARACTER), result);
    }

    private static CallCost text(Size bytes) {
        Size result = new Size(new Amount(bytes.least().bits() >>> 2), bytes.most());
        return CallCost.of(bytes.most().times(CallCost.CHARACTER), result);
    }

    private static CallCost quoted(Size text) {
        Amount two = Amount.of(2);
        Size result = new Size(text.least().plus(two), text.most().times(two).plus(two));
        return CallCost.of(text.most().times(CallCost.CHARACTER), result);
    }

    private static CallCost contains(CallCost.Call call) {
        Optional<Size> text = call.target().map(Operand::sizeOrUnknown);
        return text.map(size -> size.most().times(CallCost.CHARACTER))
                .map(each -> CallCost.of(each.times(call.size(0).most().times(CallCost.CHARACTER))))
                .orElse(CallCost.ONE);
    }
}
