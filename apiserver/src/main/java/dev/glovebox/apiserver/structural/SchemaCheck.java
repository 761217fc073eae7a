package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Schemas;

/// Checks the schema of one version of a CustomResourceDefinition.
public final class SchemaCheck {
    /// Each takes some milliseconds to compile.
    private static final int MOST_RULES = 2000;

    private final Schemas schemas;
    private final OpenApiRules rules;

    /// @param expressions compiles what a schema says in an expression language
    public SchemaCheck(Schemas schemas, ExpressionCheck expressions) {
        this.schemas = schemas;
        this.rules = new OpenApiRules(expressions);
    }

    /// Notes what is wrong with a schema. Its expressions are compiled only when it is structural
    /// and its defaults are valid under it.
    public void check(JsonNode schema, Path path, FieldErrors errors) {
        int count =
                schema.findValues("x-kubernetes-validations").stream()
                        .mapToInt(JsonNode::size)
                        .sum();
        if (count > MOST_RULES) {
            errors.tooMany(path.field("x-kubernetes-validations"), count, MOST_RULES);
            return;
        }
        if (schema.path("nullable").asBoolean()) {
            errors.forbidden(path.field("nullable"), "nullable cannot be true at the root");
        }
        FieldErrors structure = new FieldErrors();
        StructuralRules.check(schema, path, structure);
        if (structure.isEmpty()) {
            DefaultRules.check(schemas.structural("", schema), schema, path, structure);
        }
        errors.addAll(structure);
        OpenApiRules used =
                structure.isEmpty()
                        ? rules
                        : new OpenApiRules((node, at, root, uncorrelated, none) -> {});
        used.check(schema, path, errors);
    }
}
