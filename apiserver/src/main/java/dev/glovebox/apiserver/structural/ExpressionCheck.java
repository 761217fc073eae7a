package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compiles the rules that one version's schema has in an expression language. One thread.
public interface ExpressionCheck {
    /// Checks nothing.
    ExpressionCheck NONE =
            new ExpressionCheck() {
                @Override
                public void check(JsonNode schema, Place place, FieldErrors errors) {
                    // Rules of a schema that is wrong otherwise are not looked at.
                }

                @Override
                public void end(Path path, FieldErrors errors) {
                    // Nothing was counted.
                }
            };

    /// Where a schema stands.
    ///
    /// @param path the schema's own
    /// @param root whether the schema is that of a whole object, which has metadata beyond it
    /// @param uncorrelated a place above, or the schema's own, whose old and new values cannot be
    ///   told to be the same; null where there is none
    /// @param most values of the schema in one object, as far as the schemas above bound them;
    ///   empty where one does not
    record Place(Path path, boolean root, @Nullable Path uncorrelated, Optional<Amount> most) {}

    /// Notes what is wrong with the rules of one schema, not of those below it.
    void check(JsonNode schema, Place place, FieldErrors errors);

    /// Notes what is wrong with all rules together, after the last schema.
    ///
    /// @param path the root's
    void end(Path path, FieldErrors errors);
}
