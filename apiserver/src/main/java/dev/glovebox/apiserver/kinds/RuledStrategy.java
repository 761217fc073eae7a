package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.fields.FieldFilter;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// What there is to say about a kind of which rules tell nearly everything. Immutable: each method
/// returns the strategy with one more thing said.
///
/// @param rules checks an object, whether new or changed
/// @param newRules checks a new one
/// @param changes checks what a change must leave alone
/// @param statusRules checks what is written through the status
/// @param defaults fills in absent fields
/// @param firstGeneration `metadata.generation` of a new object; 0 for none
/// @param counted fields outside of a counted spec whose changes it counts; empty for none
/// @param answers whether a deletion answers with the object
record RuledStrategy(
        Rules rules,
        Rules newRules,
        UpdateStrategy.Check changes,
        Rules statusRules,
        Consumer<ObjectNode> defaults,
        int firstGeneration,
        List<String> counted,
        Answers answers)
        implements Strategy {
    /// Rules about an object.
    interface Rules extends BiConsumer<JsonNode, FieldErrors> {}

    /// What a deletion answers with.
    enum Answers {
        SUCCESS,
        OBJECT
    }

    private static void nothing(JsonNode object, FieldErrors errors) {}

    static RuledStrategy of(Rules rules) {
        return new RuledStrategy(
                rules,
                RuledStrategy::nothing,
                (object, old, errors) -> {},
                RuledStrategy::nothing,
                object -> {},
                0,
                List.of(),
                Answers.SUCCESS);
    }

    RuledStrategy changes(UpdateStrategy.Check check) {
        return new RuledStrategy(
                rules, newRules, check, statusRules, defaults, firstGeneration, counted, answers);
    }

    RuledStrategy newRules(Rules check) {
        return new RuledStrategy(
                rules, check, changes, statusRules, defaults, firstGeneration, counted, answers);
    }

    RuledStrategy statusRules(Rules check) {
        return new RuledStrategy(
                rules, newRules, changes, check, defaults, firstGeneration, counted, answers);
    }

    RuledStrategy defaults(Consumer<ObjectNode> fill) {
        return new RuledStrategy(
                rules, newRules, changes, statusRules, fill, firstGeneration, counted, answers);
    }

    RuledStrategy counting(int first, String... names) {
        return new RuledStrategy(
                rules, newRules, changes, statusRules, defaults, first, List.of(names), answers);
    }

    RuledStrategy answeringWithObject() {
        return new RuledStrategy(
                rules,
                newRules,
                changes,
                statusRules,
                defaults,
                firstGeneration,
                counted,
                Answers.OBJECT);
    }

    @Override
    public boolean countsGenerations() {
        return firstGeneration > 0;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        defaults.accept(object);
    }

    /// A status is told by whoever brings it about, later.
    @Override
    public void prepareCreate(ObjectNode object) {
        if (object.has("status")) {
            object.putObject("status");
            defaults.accept(object);
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        rules.accept(object, errors);
    }

    @Override
    public void validateCreate(ObjectNode object, FieldErrors errors) {
        newRules.accept(object, errors);
    }

    @Override
    public boolean returnsDeleted() {
        return answers == Answers.OBJECT;
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return switch (subresource) {
            case "" -> Optional.of(whole());
            case "status" -> Optional.of(status());
            default -> Optional.empty();
        };
    }

    private UpdateStrategy whole() {
        return new UpdateStrategy() {
            @Override
            public void prepare(ObjectNode object, ObjectNode old) {
                UpdateStrategy.keep(object, old, "status");
                count(object, old);
            }

            @Override
            public void validate(ObjectNode object, ObjectNode old, FieldErrors errors) {
                changes.accept(object, old, errors);
            }
        };
    }

    private void count(ObjectNode object, ObjectNode old) {
        if (counted.stream().anyMatch(field -> !at(object, field).equals(at(old, field)))) {
            long before = old.path("metadata").path("generation").asLong();
            Trees.object(object, "metadata").put("generation", before + 1);
        }
    }

    private static JsonNode at(JsonNode object, String field) {
        return object.at("/" + field.replace('.', '/'));
    }

    private UpdateStrategy status() {
        return new UpdateStrategy() {
            @Override
            public void prepare(ObjectNode object, ObjectNode old) {
                UpdateStrategy.keep(object, old, "spec");
            }

            @Override
            public FieldFilter counted() {
                return STATUS.counted();
            }

            @Override
            public void validate(ObjectNode object, ObjectNode old, FieldErrors errors) {
                statusRules.accept(object, errors);
            }
        };
    }
}
