package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.Admission;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.admission.Operation;
import dev.glovebox.apiserver.kinds.GeneratedNames;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
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
        boolean named = !metadata.path("name").asText().isEmpty() || prefix.isEmpty();
        if (!context.dryRun() && !metadata.path("resourceVersion").asText("").isEmpty()) {
            throw new ApiException(
                    StatusReason.UNKNOWN,
                    "resourceVersion should not be set on objects to be created");
        }
        for (int tries = 1; ; tries++) {
            ObjectNode object = given.deepCopy();
            if (!named) {
                Trees.object(object, "metadata").put("name", GeneratedNames.after(prefix));
            }
            prepare(route, object, context);
            if (context.dryRun()) {
                return absent(route, object);
            }
            Route place = route.named(object.path("metadata").path("name").asText());
            byte[] bytes = Ownership.encoded(route.kind(), object, context);
            switch (registry.store().put(place.key(), 0, bytes)) {
                case Store.WriteResult.Written written -> {
                    return Registry.decode(place, written.entry());
                }
                case Store.WriteResult.Conflicting conflicting -> {
                    if (named || tries == TRIES) {
                        throw Refusals.alreadyExists(route.kind(), place.name());
                    }
                }
            }
        }
    }

    private void prepare(Route route, ObjectNode object, WriteContext context) {
        Kind kind = route.kind();
        Strategy strategy = kind.strategy();
        ObjectNode metadata = Trees.object(object, "metadata");
        placed(route, metadata);
        bodies.applyDefaults(kind, object);
        ownership.record(route, Optional.empty(), object, context);
        for (String field :
                List.of(
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "selfLink",
                        "resourceVersion",
                        "generation")) {
            metadata.remove(field);
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", Scalars.time(clock.instant()));
        if (strategy.countsGenerations()) {
            metadata.put("generation", 1);
        }
        String name = metadata.path("name").asText();
        AdmissionRequest request =
                new AdmissionRequest(
                        Operation.CREATE,
                        kind,
                        "",
                        route.namespace(),
                        name,
                        object,
                        Optional.empty(),
                        context.user(),
                        context.dryRun(),
                        context.warnings(),
                        context.annotations());
        admission.admit(request);
        strategy.prepareCreate(object);
        registry.allocations().complete(kind, object, Optional.empty());
        FieldErrors errors = new FieldErrors();
        MetaRules.check(metadata, strategy.names(), errors);
        strategy.validate(object, errors);
        strategy.validateCreate(object, errors);
        if (!errors.isEmpty()) {
            throw errors.refusal(kind.keepingGroup(), object.path("kind").asText(), name);
        }
        admission.validate(request);
        List<String> warnings = context.warnings();
        if (warnings.isEmpty() || !warnings.containsAll(strategy.warnings(object))) {
            warnings.addAll(strategy.warnings(object));
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
