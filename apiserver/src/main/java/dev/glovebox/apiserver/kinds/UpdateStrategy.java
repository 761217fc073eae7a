package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.fields.FieldFilter;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.List;
import java.util.stream.Stream;

/// How an object is changed through one of its resources, for example `pods` or `pods/status`.
public interface UpdateStrategy {
    /// Everything but the status may change, as far as the kind's rules allow.
    UpdateStrategy WHOLE = (object, old) -> keep(object, old, "status");

    /// Only status and metadata change.
    UpdateStrategy STATUS = status(List.of());

    /// Puts back what this resource does not change.
    void prepare(ObjectNode object, ObjectNode old);

    /// Which fields a writer comes to own by writing them through this resource: those that it does
    /// not put back.
    default FieldFilter counted() {
        return FieldFilter.without("status");
    }

    /// Only status and metadata change.
    ///
    /// @param kept what else stays of the metadata, for example `labels`
    static UpdateStrategy status(List<String> kept) {
        return new UpdateStrategy() {
            @Override
            public void prepare(ObjectNode object, ObjectNode old) {
                keep(object, old, "spec");
                kept.forEach(field ->
                        keep(Trees.object(object, "metadata"), old.path("metadata"), field));
            }

            @Override
            public FieldFilter counted() {
                return FieldFilter.without(
                        Stream.concat(Stream.of("spec"), kept.stream().map("metadata."::concat))
                                .toArray(String[]::new));
            }
        };
    }

    /// Checks the change, beyond the rules for objects of the kind.
    default void validate(ObjectNode object, ObjectNode old, FieldErrors errors) {}

    /// What may change is told apart by rules alone.
    interface Check {
        /// Notes what must not have changed.
        void accept(ObjectNode object, ObjectNode old, FieldErrors errors);
    }

    /// Everything but the status may change, as far as the check allows.
    static UpdateStrategy checked(Check check) {
        return new UpdateStrategy() {
            @Override
            public void prepare(ObjectNode object, ObjectNode old) {
                keep(object, old, "status");
            }

            @Override
            public void validate(ObjectNode object, ObjectNode old, FieldErrors errors) {
                check.accept(object, old, errors);
            }
        };
    }

    /// Puts a field back to what it was.
    static void keep(ObjectNode object, JsonNode old, String field) {
        JsonNode before = old.get(field);
        if (before == null) {
            object.remove(field);
        } else {
            object.set(field, before.deepCopy());
        }
    }
}
