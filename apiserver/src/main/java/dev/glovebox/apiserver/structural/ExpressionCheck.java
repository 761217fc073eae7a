package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import org.jspecify.annotations.Nullable;

/// Compiles the rules that a schema has in an expression language.
@FunctionalInterface
public interface ExpressionCheck {
    /// Notes what is wrong with the rules of one schema, not of those below it.
    ///
    /// @param root whether the schema is that of a whole object, which has metadata beyond it
    /// @param uncorrelated a place above, or the schema's own, whose old and new values cannot be
    ///   told to be the same; null where there is none
    void check(
            JsonNode schema,
            Path path,
            boolean root,
            @Nullable Path uncorrelated,
            FieldErrors errors);
}
