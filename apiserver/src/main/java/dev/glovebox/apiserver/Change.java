package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionChain;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.admission.Operation;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.kinds.UpdateStrategy;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Changes objects: reads the newest state, applies the change, admits, validates and writes it if
/// nothing came in between; otherwise begins again.
final class Change {
    private static final int TRIES = 100;

    private final Registry registry;
    private final AdmissionChain admission;
    private final Bodies bodies;
    private final Ownership ownership;
    private final Kind scaleKind;

    Change(
            Registry registry,
            AdmissionChain admission,
            Bodies bodies,
            Ownership ownership,
            Kind scaleKind) {
        this.scaleKind = scaleKind;
        this.registry = registry;
        this.admission = admission;
        this.bodies = bodies;
        this.ownership = ownership;
    }

    /// The object after the change; a change that changes nothing is not written, unless the object
    /// is to be kept in another version than it is.
    ///
    /// @param route the object, with the subresource through which it is changed
    /// @param edit from the newest state, which it must leave alone, to the state that is wanted
    ObjectNode apply(Route route, UnaryOperator<ObjectNode> edit, WriteContext context) {
        UpdateStrategy update =
                route.kind()
                        .strategy()
                        .update(route.scale().isPresent() ? "" : route.subresource())
                        .orElseThrow(Refusals::methodNotAllowed);
        for (int tries = 1; tries <= TRIES; tries++) {
            Entry entry = registry.entry(route);
            ObjectNode old = Registry.decode(route, entry);
            ObjectNode object = edit.apply(old);
            checkVersion(route, object, old);
            try (Allocations.Held _ = prepare(route, object, old, update, context)) {
                boolean same = Ownership.isSame(object, old) && Registry.isKeptAsNow(route, entry);
                if (context.dryRun() || same) {
                    context.warnings().addAll(route.kind().strategy().warnings(object));
                    return context.dryRun() ? Registry.afterStoring(route, object) : old;
                }
                byte[] bytes = Ownership.encoded(route.kind(), object, context);
                Store.WriteResult result =
                        finished(route.kind().strategy(), object)
                                ? registry.store().delete(entry.key(), entry.revision(), bytes)
                                : registry.store().put(entry.key(), entry.revision(), bytes);
                if (result instanceof Store.WriteResult.Written written) {
                    context.warnings().addAll(route.kind().strategy().warnings(object));
                    return Registry.decode(route, written.entry());
                }
            }
        }
        throw Refusals.modified(route.kind(), route.name());
    }

    /// A change that is meant for another version than the one there is does not take place; one
    /// that is not is tried again when something came in between.
    private static void checkVersion(Route route, ObjectNode object, ObjectNode old) {
        JsonNode wanted = object.path("metadata").path("resourceVersion");
        if (wanted.asText().isEmpty() || wanted.asText().equals("0")) {
            if (!route.kind().strategy().replacesUnconditionally() && route.scale().isEmpty()) {
                throw unconditional(route);
            }
            return;
        }
        if (wanted.asText().chars().anyMatch(digit -> digit < '0' || digit > '9')) {
            throw new ApiException(
                    StatusReason.UNKNOWN,
                    "strconv.ParseUint: parsing \"%s\": invalid syntax".formatted(wanted.asText()));
        }
        if (!wanted.equals(old.path("metadata").path("resourceVersion"))) {
            throw Refusals.modified(route.kind(), route.name());
        }
    }

    private static ApiException unconditional(Route route) {
        FieldErrors errors = new FieldErrors();
        errors.invalid(
                Path.of("metadata.resourceVersion"),
                IntNode.valueOf(0),
                "must be specified for an update");
        return errors.refusal(route.kind().group(), route.kind().names().plural(), route.name());
    }

    private Allocations.Held prepare(
            Route route,
            ObjectNode object,
            ObjectNode old,
            UpdateStrategy update,
            WriteContext context) {
        Kind kind = route.kind();
        AdmissionRequest request = admit(route, object, old, context);
        ObjectNode metadata = Trees.object(object, "metadata");
        keepMetadata(metadata, Trees.object(old, "metadata"));
        update.prepare(object, old);
        if (kind.strategy().countsGenerations() && !object.path("spec").equals(old.path("spec"))) {
            metadata.put("generation", old.path("metadata").path("generation").asLong() + 1);
        }
        Allocations.Held held =
                route.subresource().isEmpty()
                        ? registry.allocations().complete(kind, object, Optional.of(old))
                        : Allocations.Held.NOTHING;
        try {
            FieldErrors errors = new FieldErrors();
            kind.strategy().checkMetadata(metadata, errors);
            // Kubernetes checks this once for all kinds and once more for each, and reports both.
            MetaRules.checkUpdate(metadata, old.path("metadata"), errors);
            MetaRules.checkUpdate(metadata, old.path("metadata"), errors);
            kind.strategy().validate(object, errors);
            update.validate(object, old, errors);
            if (!errors.isEmpty()) {
                throw errors.refusal(
                        kind.keepingGroup(), object.path("kind").asText(), route.name());
            }
            validate(route, request);
            return held;
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
    }

    /// Has the object judged and changed by admission, as the client wants it: what this resource
    /// does not change is put back later. Webhooks get to see a Scale as a Scale.
    private AdmissionRequest admit(
            Route route, ObjectNode object, ObjectNode old, WriteContext context) {
        Creation.placed(route, Trees.object(object, "metadata"));
        if (isFilledIn(route, object, old, context)) {
            bodies.applyDefaults(route.kind(), object);
        }
        ownership.record(route, Optional.of(old), object, context);
        AdmissionRequest request =
                new AdmissionRequest(
                        Operation.UPDATE,
                        route.place(route.name()),
                        object,
                        Optional.of(old),
                        Optional.of(route.kind().schema()),
                        context.options("UpdateOptions"),
                        context.asking());
        JsonNode managed = object.path("metadata").path("managedFields");
        Optional<Scales> scale = route.scale();
        if (scale.isPresent()) {
            admission.builtIn().admit(request);
            AdmissionRequest scaled = scaled(scale.get(), request);
            admission.webhooks().admit(scaled);
            if (!scaled.object().equals(scale.get().told(object))) {
                scale.get().want(object, scaled.object());
            }
        } else {
            admission.admit(request);
        }
        Creation.placed(route, Trees.object(object, "metadata"));
        ownership.guard(managed, object, context.warnings());
        return request;
    }

    /// What comes out of a converter lacks defaults: who writes the object gives it them again, but
    /// not who changes a Scale, or applies what is there already.
    private static boolean isFilledIn(
            Route route, ObjectNode object, ObjectNode old, WriteContext context) {
        if (!Registry.isConverted(route.kind())) {
            return true;
        }
        boolean nothing =
                context.workflow() == WriteContext.Workflow.APPLY
                        && Ownership.isSameButManagers(object, old);
        return !nothing && route.scale().isEmpty();
    }

    private void validate(Route route, AdmissionRequest request) {
        Optional<Scales> scale = route.scale();
        if (scale.isPresent()) {
            admission.builtIn().validate(request);
            admission.webhooks().validate(scaled(scale.get(), request));
        } else {
            admission.validate(request);
        }
    }

    private AdmissionRequest scaled(Scales scale, AdmissionRequest request) {
        return new AdmissionRequest(
                request.operation(),
                request.place(),
                scale.told(request.object()),
                request.old().map(scale::told),
                Optional.of(scaleKind.schema()),
                request.options(),
                request.asking());
    }

    private static void keepMetadata(ObjectNode metadata, ObjectNode old) {
        for (String field :
                List.of(
                        "creationTimestamp",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "generation",
                        "resourceVersion")) {
            UpdateStrategy.keep(metadata, old, field);
        }
        if (metadata.path("uid").asText().isEmpty()) {
            UpdateStrategy.keep(metadata, old, "uid");
        }
        if (metadata.path("name").asText().isEmpty()) {
            UpdateStrategy.keep(metadata, old, "name");
        }
        metadata.remove("selfLink");
    }

    /// Whether an object that is being deleted is held by nothing any more.
    static boolean finished(Strategy strategy, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.path("deletionGracePeriodSeconds").asLong() == 0
                && metadata.path("finalizers").isEmpty()
                && !strategy.staysWhenDeleted(object);
    }
}
