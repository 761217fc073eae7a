package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The conditions under which an admission webhook is called, compiled. Safe for use by any thread.
/// Source: apiserver's `admission/plugin/webhook/matchconditions`.
public final class MatchConditions {
    /// Steps of all conditions of one webhook together, as in Kubernetes.
    private static final long BUDGET = 2_500_000;

    private static final String OTHERWISE = "must evaluate to bool but got %s";
    private static final String SPENT =
            "validation failed due to running out of cost budget, no further validation rules will"
                    + " be run";

    private final List<Condition> conditions;

    private MatchConditions(List<Condition> conditions) {
        this.conditions = List.copyOf(conditions);
    }

    /// @param compiled empty when it does not compile
    /// @param error why it does not; empty when it does
    private record Condition(String text, Optional<Expression> compiled, String error) {
        static Condition of(String text) {
            try {
                return new Condition(text, Optional.of(compile(text)), "");
            } catch (Environment.CompileException e) {
                return new Condition(text, Optional.empty(), String.valueOf(e.getMessage()));
            }
        }
    }

    /// Made when the first condition is compiled.
    private static final class Language {
        static final Environment OF_ADMISSION = environment();

        private static Environment environment() {
            Map<String, CelType> variables = new HashMap<>();
            variables.put("object", SimpleType.DYN);
            variables.put("oldObject", SimpleType.DYN);
            variables.put("request", RequestTypes.REQUEST);
            variables.put("authorizer", AccessFunctions.AUTHORIZER);
            variables.put("authorizer.requestResource", AccessFunctions.RESOURCE);
            return Environment.of(variables, new RequestTypes());
        }
    }

    private static Expression compile(String text) throws Environment.CompileException {
        return Language.OF_ADMISSION.compile(text, SimpleType.BOOL, OTHERWISE);
    }

    /// What is wrong with an expression; empty when it compiles.
    public static Optional<String> wrong(String expression) {
        String error = Condition.of(expression).error();
        return error.isEmpty() ? Optional.empty() : Optional.of(error);
    }

    /// The conditions of a `matchConditions`.
    public static MatchConditions of(JsonNode list) {
        List<Condition> conditions = new ArrayList<>();
        list.forEach(each -> conditions.add(Condition.of(each.path("expression").asText())));
        return new MatchConditions(conditions);
    }

    /// Whether there are none.
    public boolean isEmpty() {
        return conditions.isEmpty();
    }

    /// A request as conditions see it.
    ///
    /// @param object missing or null where there is none
    /// @param old missing or null where there is none
    /// @param request `AdmissionRequest` of `admission.k8s.io/v1`
    /// @param access answers what `authorizer` is asked
    /// @param own what the request itself wants of the authorizer
    public record Input(
            JsonNode object,
            JsonNode old,
            JsonNode request,
            Access access,
            Access.ResourceCheck own) {}

    /// What conditions make of a request.
    public sealed interface Result {
        /// All hold.
        record Match() implements Result {}

        /// One does not hold.
        record Excluded() implements Result {}

        /// None is known not to hold, and one could not be evaluated.
        ///
        /// @param why in Kubernetes' words
        record Failed(String why) implements Result {}
    }

    /// Evaluates the conditions in turn, until one does not hold.
    public Result evaluate(Input input) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("object", Values.untyped(input.object()));
        variables.put("oldObject", Values.untyped(input.old()));
        variables.put("request", RequestTypes.value(input.request()));
        variables.put("authorizer", input.access());
        variables.put("authorizer.requestResource", input.own());
        Budget budget = new Budget(BUDGET);
        List<String> failures = new ArrayList<>();
        for (Condition condition : conditions) {
            if (condition.compiled().isEmpty()) {
                failures.add(condition.error());
                continue;
            }
            try {
                if (!Boolean.TRUE.equals(condition.compiled().get().value(variables, budget))) {
                    return new Result.Excluded();
                }
            } catch (CelEvaluationException e) {
                failures.add(
                        "expression '%s' resulted in error: %s"
                                .formatted(condition.text(), Expression.words(e)));
            } catch (Budget.Exhausted e) {
                return new Result.Failed(SPENT);
            }
        }
        if (failures.isEmpty()) {
            return new Result.Match();
        }
        return new Result.Failed(
                failures.size() == 1
                        ? failures.getFirst()
                        : "[" + String.join(", ", failures) + "]");
    }
}
