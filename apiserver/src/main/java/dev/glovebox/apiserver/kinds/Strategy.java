package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.Words;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// What no schema says about a kind. The defaults of this interface suit a kind about which there
/// is nothing to say. Objects are whole (with `apiVersion`, `kind`, `metadata`) and in the shape of
/// their schema. Stateless; safe for use by any thread.
public interface Strategy {
    /// A kind about which there is nothing to say.
    Strategy PLAIN = new Strategy() {};

    /// What makes a name of this kind valid.
    default MetaRules.NameRule names() {
        return Words::subdomain;
    }

    /// Checks the metadata of an object, whether new or changed.
    default void checkMetadata(JsonNode metadata, FieldErrors errors) {
        MetaRules.check(metadata, names(), errors);
    }

    /// Whether objects are kept; others are questions that are answered at once.
    default boolean stored() {
        return true;
    }

    /// Whether `metadata.generation` counts changes of the spec.
    default boolean countsGenerations() {
        return false;
    }

    /// Whether an object can be replaced without saying which version of it.
    default boolean replacesUnconditionally() {
        return true;
    }

    /// Columns of tables behind the name; empty for a kind whose columns are known elsewhere.
    default List<PrinterColumn> columns() {
        return List.of();
    }

    /// Fills in absent fields whose defaults depend on other fields.
    default void applyDefaults(ObjectNode object) {}

    /// Readies a new object: what a client may not set is taken out.
    default void prepareCreate(ObjectNode object) {}

    /// Checks an object, whether new or changed, in everything but its metadata.
    default void validate(ObjectNode object, FieldErrors errors) {}

    /// Checks what holds for new objects only.
    default void validateCreate(ObjectNode object, FieldErrors errors) {}

    /// What is allowed and probably not meant.
    default List<String> warnings(ObjectNode object) {
        return List.of();
    }

    /// What every answer about this kind warns of, because something else has replaced it.
    default Optional<String> deprecation() {
        return Optional.empty();
    }

    /// How objects are changed through a subresource, the empty name for the object itself; empty
    /// where this subresource changes nothing.
    default Optional<UpdateStrategy> update(String subresource) {
        return switch (subresource) {
            case "" -> Optional.of(UpdateStrategy.WHOLE);
            case "status" -> Optional.of(UpdateStrategy.STATUS);
            default -> Optional.empty();
        };
    }

    /// Field selectors beyond `metadata.name` and `metadata.namespace`.
    default Map<String, Function<JsonNode, String>> fields() {
        return Map.of();
    }

    /// Where objects say how many of something they want, which makes them have a `scale`; empty
    /// for a kind that does not scale.
    default Optional<Scaling> scaling() {
        return Optional.empty();
    }

    /// Whose objects these are under other names; empty for a kind that keeps objects of its own.
    default Optional<Alias> alias() {
        return Optional.empty();
    }

    /// How objects get from one version to another; empty where all versions tell what is kept.
    default Optional<Conversion> conversion() {
        return Optional.empty();
    }

    /// What gives objects of this kind what no other of them may have; empty for most kinds.
    default Optional<Allocation> allocation() {
        return Optional.empty();
    }

    /// Whether objects of this kind know grace; only those carry the mark of a deletion that took
    /// place at once.
    default boolean graceful() {
        return false;
    }

    /// Seconds that an object gets between the request to delete it and its removal.
    ///
    /// @param asked what the client wants; empty if it did not say
    default long grace(ObjectNode object, OptionalLong asked) {
        return 0;
    }

    /// Whether the object stays after a request to delete it, even without finalizers in its
    /// metadata and without grace.
    default boolean staysWhenDeleted(ObjectNode object) {
        return false;
    }

    /// Changes an object that a request to delete it leaves in place for now.
    default void markDeleted(ObjectNode object) {}

    /// What becomes of those whom a deleted object owns where nobody says it.
    default Propagation propagation() {
        return Propagation.BACKGROUND;
    }

    /// What a deletion is warned of.
    ///
    /// @param asked what the client said that becomes of dependents; empty if it did not
    default List<String> deletionWarnings(Optional<Propagation> asked) {
        return List.of();
    }

    /// Whether a deletion answers with the object instead of a bare success.
    default boolean returnsDeleted() {
        return false;
    }
}
