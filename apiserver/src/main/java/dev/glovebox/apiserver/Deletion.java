package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.Admission;
import dev.glovebox.apiserver.admission.AdmissionChain;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.admission.Asking;
import dev.glovebox.apiserver.admission.Operation;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.Propagation;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Scalars;
import dev.glovebox.model.ApiException;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Deletes objects: at once, or by a mark where grace, a finalizer or the kind holds them.
final class Deletion {
    private static final int TRIES = 100;

    private final Registry registry;
    private final AdmissionChain admission;
    private final Clock clock;

    Deletion(Registry registry, AdmissionChain admission, Clock clock) {
        this.registry = registry;
        this.admission = admission;
        this.clock = clock;
    }

    /// How a deletion is asked for.
    ///
    /// @param grace seconds; empty for the object's own
    /// @param uid precondition; empty for any
    /// @param version precondition; empty for any
    /// @param propagation what becomes of those whom the object owns; empty for the object's own
    ///   way
    /// @param told all that as the client said it, `DeleteOptions`
    record Options(
            OptionalLong grace,
            Optional<String> uid,
            Optional<String> version,
            Optional<Propagation> propagation,
            boolean dryRun,
            ObjectNode told) {
        static Options of(JsonNode body, Parameters parameters) {
            OptionalLong grace = parameters.number("gracePeriodSeconds");
            JsonNode asked = body.path("gracePeriodSeconds");
            JsonNode preconditions = body.path("preconditions");
            return new Options(
                    asked.isNumber() ? OptionalLong.of(asked.asLong()) : grace,
                    text(preconditions.path("uid")),
                    text(preconditions.path("resourceVersion")),
                    asked(body, parameters),
                    parameters.dryRun() || !body.path("dryRun").isEmpty(),
                    told(body, parameters));
        }

        /// Kubernetes reads the parameters only where there is no body.
        private static ObjectNode told(JsonNode body, Parameters parameters) {
            ObjectNode told = JsonNodeFactory.instance.objectNode();
            told.put("kind", "DeleteOptions").put("apiVersion", "meta.k8s.io/v1");
            for (var field : body.properties()) {
                if (!told.has(field.getKey())) {
                    told.set(field.getKey(), field.getValue());
                }
            }
            if (body.isEmpty()) {
                parameters
                        .number("gracePeriodSeconds")
                        .ifPresent(grace -> told.put("gracePeriodSeconds", grace));
                if (parameters.has("propagationPolicy")) {
                    told.put("propagationPolicy", parameters.text("propagationPolicy"));
                }
                if (parameters.dryRun()) {
                    told.putArray("dryRun").add("All");
                }
            }
            return told;
        }
    }

    /// What the client wants to become of dependents, in the new words or the old ones.
    private static Optional<Propagation> asked(JsonNode body, Parameters parameters) {
        String policy = body.path("propagationPolicy").asText(parameters.text("propagationPolicy"));
        if (!policy.isEmpty()) {
            return Optional.of(Propagation.parse(policy).orElseThrow(() -> noPolicy(policy)));
        }
        JsonNode old = body.path("orphanDependents");
        if (old.isBoolean() || parameters.has("orphanDependents")) {
            boolean orphan =
                    old.isBoolean() ? old.asBoolean() : parameters.truth("orphanDependents");
            return Optional.of(orphan ? Propagation.ORPHAN : Propagation.BACKGROUND);
        }
        return Optional.empty();
    }

    private static ApiException noPolicy(String policy) {
        FieldErrors errors = new FieldErrors();
        errors.unsupported(
                Path.of("propagationPolicy"),
                policy,
                List.of("Foreground", "Background", "Orphan", "nil"));
        return errors.refusal("meta.k8s.io", "DeleteOptions", "");
    }

    private static Optional<String> text(JsonNode value) {
        return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
    }

    /// What became of the object.
    ///
    /// @param object its last or newest state
    /// @param gone whether it is not in the store any more
    record Outcome(ObjectNode object, boolean gone) {}

    /// Deletes an object that a client asked to be deleted.
    Outcome delete(Route route, Options options, WriteContext context) {
        return delete(route, options, context, admission);
    }

    /// Deletes a pod that is evicted: webhooks were asked about the eviction.
    Outcome evict(Route route, Options options, WriteContext context) {
        return delete(route, options, context, admission.builtIn());
    }

    private Outcome delete(Route route, Options options, WriteContext context, Admission judging) {
        Kind kind = route.kind();
        for (int tries = 1; tries <= TRIES; tries++) {
            Entry entry = registry.entry(route);
            ObjectNode object = Registry.decode(route, entry);
            checkPreconditions(kind, object, options);
            AdmissionRequest request =
                    new AdmissionRequest(
                            Operation.DELETE,
                            route.place(route.name()),
                            object,
                            Optional.of(object),
                            Optional.empty(),
                            Optional.of(options.told()),
                            asking(options, context));
            judging.admit(request);
            judging.validate(request);
            ObjectNode before = object.deepCopy();
            boolean changed = mark(kind.strategy(), object, options.grace());
            changed |= propagate(kind.strategy(), object, options.propagation());
            boolean gone = Change.finished(kind.strategy(), object);
            if (gone && !kind.strategy().graceful()) {
                object = before;
                changed = false;
            }
            if (options.dryRun() || (!changed && !gone)) {
                return new Outcome(object, gone);
            }
            byte[] bytes = changed ? Registry.encode(kind, object) : entry.value();
            Store.WriteResult result =
                    gone
                            ? registry.store().delete(entry.key(), entry.revision(), bytes)
                            : registry.store().put(entry.key(), entry.revision(), bytes);
            if (result instanceof Store.WriteResult.Written written) {
                if (changed) {
                    return new Outcome(Registry.decode(route, written.entry()), gone);
                }
                // What went as it was is known.
                Trees.object(object, "metadata")
                        .put("resourceVersion", Long.toString(written.entry().revision()));
                return new Outcome(object, true);
            }
        }
        throw Refusals.modified(kind, route.name());
    }

    /// A deletion may say in its body that it is none.
    private static Asking asking(Options options, WriteContext context) {
        Asking asking = context.asking();
        return new Asking(
                asking.user(),
                options.dryRun(),
                asking.warnings(),
                asking.annotations(),
                asking.deadline());
    }

    /// Marks the object as being deleted; grace only ever shrinks.
    ///
    /// @return whether anything changed
    private boolean mark(Strategy strategy, ObjectNode object, OptionalLong asked) {
        ObjectNode metadata = Trees.object(object, "metadata");
        long grace = strategy.grace(object, asked);
        Instant now = clock.instant();
        if (metadata.has("deletionTimestamp")) {
            long before = metadata.path("deletionGracePeriodSeconds").asLong();
            if (grace >= before) {
                return false;
            }
            now = Instant.parse(metadata.path("deletionTimestamp").asText()).minusSeconds(before);
        }
        metadata.put("deletionTimestamp", Scalars.time(now.plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (strategy.countsGenerations()) {
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        }
        strategy.markDeleted(object);
        return true;
    }

    /// Holds the object until its dependents have been dealt with, where that has to come first.
    ///
    /// @return whether anything changed
    private static boolean propagate(
            Strategy strategy, ObjectNode object, Optional<Propagation> asked) {
        ObjectNode metadata = Trees.object(object, "metadata");
        List<String> before = new ArrayList<>();
        metadata.path("finalizers").forEach(each -> before.add(each.asText()));
        List<String> after =
                asked.or(() -> Propagation.held(before))
                        .orElseGet(strategy::propagation)
                        .finalizers(before);
        if (after.equals(before)) {
            return false;
        }
        metadata.remove("finalizers");
        after.forEach(Trees.list(metadata, "finalizers")::add);
        if (after.isEmpty()) {
            metadata.remove("finalizers");
        }
        return true;
    }

    private static void checkPreconditions(Kind kind, ObjectNode object, Options options) {
        JsonNode metadata = object.path("metadata");
        String uid = metadata.path("uid").asText();
        String version = metadata.path("resourceVersion").asText();
        if (options.uid().isPresent() && !options.uid().get().equals(uid)) {
            throw conflict(
                    kind,
                    metadata,
                    "the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated"
                            .formatted(options.uid().get(), uid));
        }
        if (options.version().isPresent() && !options.version().get().equals(version)) {
            throw conflict(
                    kind,
                    metadata,
                    "the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified"
                            .formatted(options.version().get(), version));
        }
    }

    private static ApiException conflict(Kind kind, JsonNode metadata, String message) {
        return Refusals.conflict(
                kind.qualifiedKind(),
                new ApiException.Details(
                        metadata.path("name").asText(),
                        kind.group(),
                        kind.names().kind(),
                        List.of()),
                message);
    }
}
