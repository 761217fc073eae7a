package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// What there is to say about a kind with a spec whose changes are counted, in three functions.
///
/// @param defaults fills in absent fields
/// @param rules checks an object, whether new or changed
/// @param changes checks what a change must leave alone
/// @param status how the status is changed
record SpecStrategy(
        Consumer<ObjectNode> defaults,
        BiConsumer<ObjectNode, FieldErrors> rules,
        UpdateStrategy.Check changes,
        UpdateStrategy status)
        implements Strategy {
    /// Everything may change.
    SpecStrategy(Consumer<ObjectNode> defaults, BiConsumer<ObjectNode, FieldErrors> rules) {
        this(defaults, rules, (object, old, errors) -> {});
    }

    /// Everything but the spec may change with the status.
    SpecStrategy(
            Consumer<ObjectNode> defaults,
            BiConsumer<ObjectNode, FieldErrors> rules,
            UpdateStrategy.Check changes) {
        this(defaults, rules, changes, UpdateStrategy.STATUS);
    }

    @Override
    public boolean countsGenerations() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        defaults.accept(object);
    }

    /// A status is told by whoever brings it about, later.
    @Override
    public void prepareCreate(ObjectNode object) {
        object.remove("status");
        defaults.accept(object);
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        rules.accept(object, errors);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return switch (subresource) {
            case "" -> Optional.of(UpdateStrategy.checked(changes));
            case "status" -> Optional.of(status);
            default -> Optional.empty();
        };
    }
}
