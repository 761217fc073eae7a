package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Schemas;
import java.util.function.Function;

/// Checks the schema of one version of a CustomResourceDefinition.
public final class SchemaCheck {
    /// Each takes some milliseconds to compile.
    private static final int MOST_RULES = 2000;

    private final Schemas schemas;
    private final Function<Change, ExpressionCheck> expressions;

    /// Whether a schema is known.
    public enum Change {
        /// It is new, or differs from what it was.
        NEW,
        /// It was accepted before, so that each of its expressions is taken for cheap enough.
        NONE
    }

    /// @param expressions makes what compiles the expressions of one schema
    public SchemaCheck(Schemas schemas, Function<Change, ExpressionCheck> expressions) {
        this.schemas = schemas;
        this.expressions = expressions;
    }

    /// Notes what is wrong with a schema. Its expressions are compiled only when it is structural
    /// and its defaults are valid under it.
    public void check(JsonNode schema, Path path, Change change, FieldErrors errors) {
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
        ExpressionCheck used =
                structure.isEmpty() ? expressions.apply(change) : ExpressionCheck.NONE;
        new OpenApiRules(used).check(schema, path, errors);
        used.end(path, errors);
    }
}
