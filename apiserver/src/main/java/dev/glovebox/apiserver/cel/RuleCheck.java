package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.structural.Amount;
import dev.glovebox.apiserver.structural.ExpressionCheck;
import dev.glovebox.apiserver.structural.SchemaCheck;
import java.util.List;

/// Refuses rules in a schema that do not compile, that ask what nobody could tell, or that could
/// cost too much. One thread.
public final class RuleCheck implements ExpressionCheck {
    private static final String RULES = "x-kubernetes-validations";

    private final RuleCosts costs;

    /// @param change of a schema that is known already each rule is taken for cheap enough
    public RuleCheck(SchemaCheck.Change change) {
        this.costs = new RuleCosts(change);
    }

    @Override
    public void check(JsonNode schema, Place place, FieldErrors errors) {
        Path path = place.path().field(RULES);
        boolean whole = place.root() || schema.path("x-kubernetes-embedded-resource").asBoolean();
        try {
            List<CompiledRule> rules = CompiledRule.all(schema, whole);
            SchemaSize size = SchemaSize.of(schema, whole);
            for (int i = 0; i < rules.size(); i++) {
                check(rules.get(i), path.index(i), size, place, errors);
            }
        } catch (IllegalArgumentException e) {
            errors.internal(
                    path, "internal error: failed to retrieve type information for " + RULES);
        }
    }

    @Override
    public void end(Path path, FieldErrors errors) {
        costs.checkTotal(path, errors);
    }

    private void check(
            CompiledRule rule, Path path, SchemaSize size, Place place, FieldErrors errors) {
        Amount times = place.most().orElseGet(size::mostInRequest);
        rule.rule()
                .map(expression -> expression.cost(size).times(times))
                .ifPresent(cost -> costs.checkRule(path.field("rule"), cost, errors));
        if (!rule.ruleError().isEmpty()) {
            errors.invalid(path.field("rule"), rule.source(), rule.ruleError());
        }
        if (!rule.messageError().isEmpty()) {
            errors.invalid(path.field("messageExpression"), rule.source(), rule.messageError());
        }
        rule.message()
                .map(expression -> expression.cost(size))
                .ifPresent(
                        cost -> costs.checkMessage(path.field("messageExpression"), cost, errors));
        checkOld(rule, path, place, errors);
    }

    private static void checkOld(CompiledRule rule, Path path, Place place, FieldErrors errors) {
        if (rule.usesOldSelf() && place.uncorrelated() != null) {
            errors.invalid(
                    path.field("rule"),
                    TextNode.valueOf(rule.source().path("rule").asText()),
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                            + place.uncorrelated());
        }
        if (!rule.usesOldSelf() && rule.source().has("optionalOldSelf")) {
            errors.invalid(
                    path.field("optionalOldSelf"),
                    rule.source().path("optionalOldSelf"),
                    "may not be set if oldSelf is not used in rule");
        }
    }
}
