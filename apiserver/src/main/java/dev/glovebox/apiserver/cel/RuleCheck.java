package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.structural.ExpressionCheck;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Refuses rules in schemas that do not compile, or that ask what nobody could tell.
public final class RuleCheck implements ExpressionCheck {
    private static final String RULES = "x-kubernetes-validations";

    @Override
    public void check(
            JsonNode schema,
            Path path,
            boolean root,
            @Nullable Path uncorrelated,
            FieldErrors errors) {
        boolean whole = root || schema.path("x-kubernetes-embedded-resource").asBoolean();
        try {
            List<CompiledRule> rules = CompiledRule.all(schema, whole);
            for (int i = 0; i < rules.size(); i++) {
                check(rules.get(i), path.field(RULES).index(i), uncorrelated, errors);
            }
        } catch (IllegalArgumentException e) {
            errors.internal(
                    path.field(RULES),
                    "internal error: failed to retrieve type information for " + RULES);
        }
    }

    private static void check(
            CompiledRule rule, Path path, @Nullable Path uncorrelated, FieldErrors errors) {
        if (!rule.ruleError().isEmpty()) {
            errors.invalid(path.field("rule"), rule.source(), rule.ruleError());
        }
        if (!rule.messageError().isEmpty()) {
            errors.invalid(path.field("messageExpression"), rule.source(), rule.messageError());
        }
        if (rule.usesOldSelf() && uncorrelated != null) {
            errors.invalid(
                    path.field("rule"),
                    TextNode.valueOf(rule.source().path("rule").asText()),
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                            + uncorrelated);
        }
        if (!rule.usesOldSelf() && rule.source().has("optionalOldSelf")) {
            errors.invalid(
                    path.field("optionalOldSelf"),
                    rule.source().path("optionalOldSelf"),
                    "may not be set if oldSelf is not used in rule");
        }
    }
}
