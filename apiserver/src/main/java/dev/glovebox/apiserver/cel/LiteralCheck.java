package dev.glovebox.apiserver.cel;

import dev.cel.bundle.Cel;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.runtime.RuntimeHelpers;
import dev.cel.validator.CelAstValidator;
import dev.glovebox.apiserver.structural.Regex;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Optional;

/// Refuses durations, times and regular expressions that are written into an expression and are
/// none. Source: cel-go's `cel/validator.go`.
final class LiteralCheck implements CelAstValidator {
    @Override
    public void validate(CelNavigableAst tree, Cel cel, IssuesFactory issues) {
        tree.getRoot()
                .allNodes()
                .map(CelNavigableExpr::expr)
                .filter(node -> node.getKind() == CelExpr.ExprKind.Kind.CALL)
                .forEach(node -> check(node.call(), issues));
    }

    private static void check(CelExpr.CelCall call, IssuesFactory issues) {
        int index = call.function().equals("matches") && call.target().isEmpty() ? 1 : 0;
        if (call.args().size() != index + 1) {
            return;
        }
        CelExpr argument = call.args().get(index);
        written(argument)
                .filter(text -> !holds(call.function(), text))
                .ifPresent(text ->
                        issues.addError(argument.id(), "invalid " + call.function() + " argument"));
    }

    private static Optional<String> written(CelExpr node) {
        boolean text =
                node.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && node.constant().getKind() == CelConstant.Kind.STRING_VALUE;
        return text ? Optional.of(node.constant().stringValue()) : Optional.empty();
    }

    private static boolean holds(String function, String text) {
        try {
            switch (function) {
                case "duration" -> RuntimeHelpers.createJavaDurationFromString(text);
                case "timestamp" -> OffsetDateTime.parse(text);
                case "matches" -> Regex.compile(text);
                default -> {
                    // Nothing is asked of other functions.
                }
            }
            return true;
        } catch (IllegalArgumentException | DateTimeException e) {
            return false;
        }
    }
}
