package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.Admission;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.admission.Operation;
import dev.glovebox.apiserver.kinds.GeneratedNames;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.schema.Scalars;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Makes new objects: admission, identity, validation, store.
final class Creation {
    private static final int TRIES = 8;

    /// Fields of metadata that no client sets.
    private static final List<String> OF_THE_SERVER =
            List.of(
                    "uid",
                    "creationTimestamp",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds",
                    "selfLink",
                    "resourceVersion",
                    "generation");

    private final Registry registry;
    private final Admission admission;
    private final Bodies bodies;
    private final Ownership ownership;
    private final Clock clock;

    Creation(
            Registry registry,
            Admission admission,
            Bodies bodies,
            Ownership ownership,
            Clock clock) {
        this.registry = registry;
        this.admission = admission;
        this.bodies = bodies;
        this.ownership = ownership;
        this.clock = clock;
    }

    /// The stored object.
    ///
    /// @param route the collection
    ObjectNode create(Route route, ObjectNode given, WriteContext context) {
        ObjectNode metadata = Trees.object(given, "metadata");
        String prefix = metadata.path("generateName").asText();
        if (!context.dryRun() && !metadata.path("resourceVersion").asText("").isEmpty()) {
            throw new ApiException(
                    StatusReason.UNKNOWN,
                    "resourceVersion should not be set on objects to be created");
        }
        ObjectNode admitted = given.deepCopy();
        AdmissionRequest request = admit(route, admitted, context);
        metadata = Trees.object(admitted, "metadata");
        boolean named = !metadata.path("name").asText().isEmpty() || prefix.isEmpty();
        for (int tries = 1; ; tries++) {
            ObjectNode object = admitted.deepCopy();
            if (!named) {
                Trees.object(object, "metadata").put("name", GeneratedNames.after(prefix));
                bodies.applyDefaults(route.kind(), object);
            }
            try (Allocations.Held _ = prepare(route, object, request)) {
                Optional<ObjectNode> stored = stored(route, object, context);
                if (stored.isPresent()) {
                    return stored.get();
                }
                if (named || tries == TRIES) {
                    String name = object.path("metadata").path("name").asText();
                    throw Refusals.alreadyExists(route.kind(), name);
                }
            }
        }
    }

    /// The object as it was stored, or would have been; empty when there is another of its name.
    private Optional<ObjectNode> stored(Route route, ObjectNode object, WriteContext context) {
        if (context.dryRun()) {
            return Optional.of(Registry.afterStoring(route, absent(route, object)));
        }
        Route place = route.named(object.path("metadata").path("name").asText());
        byte[] bytes = Ownership.encoded(route.kind(), object, context);
        return registry.create(place, object, bytes) instanceof Store.WriteResult.Written written
                ? Optional.of(Registry.decode(place, written.entry()))
                : Optional.empty();
    }

    /// Has the object judged and changed by admission, as the client sent it: what the server alone
    /// says of it comes later.
    private AdmissionRequest admit(Route route, ObjectNode object, WriteContext context) {
        ObjectNode metadata = Trees.object(object, "metadata");
        placed(route, metadata);
        bodies.applyDefaults(route.kind(), object);
        ownership.record(route, Optional.empty(), object, context);
        OF_THE_SERVER.forEach(metadata::remove);
        AdmissionRequest request =
                new AdmissionRequest(
                        Operation.CREATE,
                        route.place(metadata.path("name").asText()),
                        object,
                        Optional.empty(),
                        Optional.of(route.kind().schema()),
                        context.options("CreateOptions"),
                        context.asking());
        JsonNode managed = metadata.path("managedFields");
        admission.admit(request);
        placed(route, Trees.object(object, "metadata"));
        ownership.guard(managed, object, context.warnings());
        if (!route.collection()) {
            Writes.checkName(route, object);
        }
        return request;
    }

    /// Makes the object whole, and checks it.
    private Allocations.Held prepare(Route route, ObjectNode object, AdmissionRequest admitted) {
        Kind kind = route.kind();
        Strategy strategy = kind.strategy();
        ObjectNode metadata = Trees.object(object, "metadata");
        OF_THE_SERVER.forEach(metadata::remove);
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", Scalars.time(clock.instant()));
        if (strategy.countsGenerations()) {
            metadata.put("generation", 1);
        }
        String name = metadata.path("name").asText();
        strategy.prepareCreate(object);
        Allocations.Held held = registry.allocations().complete(kind, object, Optional.empty());
        try {
            FieldErrors errors = new FieldErrors();
            strategy.checkMetadata(metadata, errors);
            strategy.validate(object, errors);
            strategy.validateCreate(object, errors);
            if (!errors.isEmpty()) {
                throw errors.refusal(kind.keepingGroup(), object.path("kind").asText(), name);
            }
            admission.validate(admitted.with(admitted.place().named(name), object));
            List<String> warnings = admitted.asking().warnings();
            if (warnings.isEmpty() || !warnings.containsAll(strategy.warnings(object))) {
                warnings.addAll(strategy.warnings(object));
            }
            return held;
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
    }

    private ObjectNode absent(Route route, ObjectNode object) {
        String name = object.path("metadata").path("name").asText();
        if (registry.store().get(route.named(name).key()).isPresent()) {
            throw Refusals.alreadyExists(route.kind(), name);
        }
        return object;
    }

    static void placed(Route route, ObjectNode metadata) {
        String given = metadata.path("namespace").asText();
        if (!given.isEmpty() && !given.equals(route.namespace())) {
            throw Refusals.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
        if (route.kind().namespaced()) {
            metadata.put("namespace", route.namespace());
        } else {
            metadata.remove("namespace");
        }
    }
}
