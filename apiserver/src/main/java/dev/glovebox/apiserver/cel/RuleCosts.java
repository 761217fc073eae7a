package dev.glovebox.apiserver.cel;

import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.structural.Amount;
import dev.glovebox.apiserver.structural.SchemaCheck;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What the rules of one schema are estimated to cost, each and together, against what Kubernetes
/// allows. One thread. Source: apiextensions' `validation.StaticEstimatedCostLimit`.
final class RuleCosts {
    /// Of one expression, for all values in an object.
    private static final long MOST = 10_000_000;

    /// Of all expressions of a schema.
    private static final long MOST_TOGETHER = 100_000_000;

    /// How many of those that make the sum too large are named.
    private static final int NAMED = 4;

    private final SchemaCheck.Change change;
    private final List<Expensive> expensive = new ArrayList<>();
    private Amount total = Amount.ZERO;

    private record Expensive(Path path, Amount cost) {}

    RuleCosts(SchemaCheck.Change change) {
        this.change = change;
    }

    void checkRule(Path path, Amount cost, FieldErrors errors) {
        check("estimated rule cost", path, cost, errors);
    }

    void checkMessage(Path path, Amount cost, FieldErrors errors) {
        check("estimated messageExpression cost", path, cost, errors);
    }

    private void check(String what, Path path, Amount cost, FieldErrors errors) {
        if (change == SchemaCheck.Change.NEW && cost.isAbove(MOST)) {
            errors.forbidden(path, words(what, cost, MOST));
        }
        total = total.plus(cost);
        if (cost.isAbove(MOST_TOGETHER / 100 - 1)) {
            expensive.add(new Expensive(path, cost));
        }
    }

    /// Notes that all together could cost too much, and because of what.
    void checkTotal(Path path, FieldErrors errors) {
        if (!total.isAbove(MOST_TOGETHER)) {
            return;
        }
        expensive.stream()
                .sorted(Comparator.comparing(Expensive::cost).reversed())
                .limit(NAMED)
                .forEach(each ->
                        errors.forbidden(
                                each.path(),
                                "contributed to estimated rule cost total exceeding cost limit for"
                                        + " entire OpenAPIv3 schema"));
        errors.forbidden(
                path,
                words(
                        "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3"
                                + " schema",
                        total,
                        MOST_TOGETHER));
    }

    private static String words(String what, Amount cost, long most) {
        double factor = cost.asDouble() / most;
        String times;
        if (factor > 100) {
            times = "more than 100x";
        } else if (factor < 1.5) {
            times = rounded(factor, 6) + "x";
        } else {
            times = rounded(factor, 1) + "x";
        }
        return what
                + " exceeds budget by factor of "
                + times
                + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength"
                + " where arrays, maps, and strings are declared)";
    }

    /// Of the number that the double is, as Go does.
    private static String rounded(double number, int digits) {
        return new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }
}
