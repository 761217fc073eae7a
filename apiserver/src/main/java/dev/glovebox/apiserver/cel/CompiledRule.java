package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.glovebox.apiserver.structural.FieldPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One of `x-kubernetes-validations`. What of it does not compile is told whenever it is asked.
///
/// @param source the rule as the schema has it
/// @param rule empty when it does not compile
/// @param message empty when there is none, or it does not compile
/// @param ruleError why the rule does not compile; empty when it does
/// @param messageError why the message does not compile; empty when it does, or there is none
record CompiledRule(
        JsonNode source,
        Optional<Expression> rule,
        Optional<Expression> message,
        String ruleError,
        String messageError) {
    private static final String NOT_TEXT = "messageExpression must evaluate to a string";

    /// The rules of a schema, not of those below it.
    ///
    /// @throws IllegalArgumentException when values of the schema have no type
    static List<CompiledRule> all(JsonNode schema, boolean whole) {
        SchemaTypes types = new SchemaTypes(schema, whole);
        Map<Boolean, Environment> environments = new HashMap<>();
        List<CompiledRule> compiled = new ArrayList<>();
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            compiled.add(
                    of(
                            rule,
                            environments.computeIfAbsent(
                                    rule.path("optionalOldSelf").asBoolean(),
                                    optional -> environment(types, optional))));
        }
        return compiled;
    }

    private static Environment environment(SchemaTypes types, boolean optional) {
        CelType self = types.root();
        Map<String, CelType> variables = new LinkedHashMap<>();
        variables.put("self", self);
        variables.put("oldSelf", optional ? OptionalType.create(self) : self);
        return Environment.of(variables, types);
    }

    private static CompiledRule of(JsonNode source, Environment environment) {
        Optional<Expression> rule = Optional.empty();
        Optional<Expression> message = Optional.empty();
        String ruleError = "";
        String messageError = "";
        try {
            rule =
                    Optional.of(
                            environment.compile(
                                    source.path("rule").asText(),
                                    SimpleType.BOOL,
                                    "cel expression must evaluate to a bool"));
        } catch (Environment.CompileException e) {
            ruleError = String.valueOf(e.getMessage());
        }
        String text = source.path("messageExpression").asText();
        try {
            if (!text.isEmpty()) {
                message = Optional.of(environment.compile(text, SimpleType.STRING, NOT_TEXT));
            }
        } catch (Environment.CompileException e) {
            String why = String.valueOf(e.getMessage());
            messageError = why.equals(NOT_TEXT) ? why : "messageExpression " + why;
        }
        return new CompiledRule(source, rule, message, ruleError, messageError);
    }

    boolean usesOldSelf() {
        return rule.isPresent() && rule.get().variables().contains("oldSelf");
    }

    boolean optionalOldSelf() {
        return source.path("optionalOldSelf").asBoolean();
    }

    /// What is said when the rule does not hold and no expression says it.
    String words() {
        String given = source.path("message").asText();
        return given.isEmpty() ? "failed rule: " + name() : given.strip();
    }

    /// What the rule is called when it cannot be evaluated.
    String name() {
        String given = source.path("message").asText();
        return given.isEmpty() ? source.path("rule").asText().strip() : given.strip();
    }

    /// Which field, below the schema's, is to blame; empty for the schema's own.
    String fieldPath(JsonNode schema) {
        String path = source.path("fieldPath").asText();
        return path.isEmpty()
                ? ""
                : FieldPath.parse(path, schema, FieldPath.Notation.ANY).path().text();
    }
}
