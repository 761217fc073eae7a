package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.fields.Applier;
import dev.glovebox.apiserver.fields.FieldFilter;
import dev.glovebox.apiserver.fields.FieldManager;
import dev.glovebox.apiserver.fields.ManagedFields;
import dev.glovebox.apiserver.fields.Target;
import dev.glovebox.apiserver.fields.Translation;
import dev.glovebox.apiserver.kinds.Alias;
import dev.glovebox.apiserver.kinds.Conversion;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.UpdateStrategy;
import dev.glovebox.apiserver.schema.Schema;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Who has which fields of the objects that are written. Safe for use by any thread.
final class Ownership {
    private final Supplier<KindCatalogue> kinds;
    private final FieldManager manager;

    Ownership(Supplier<KindCatalogue> kinds, Clock clock) {
        this.kinds = kinds;
        this.manager = new FieldManager(clock);
    }

    /// Says in an object who has its fields once it is written; what an applied configuration did
    /// to them is said already.
    ///
    /// @param old the object before; empty for a new one
    /// @param object with its defaults, as the client wants it
    void record(Route route, Optional<ObjectNode> old, ObjectNode object, WriteContext context) {
        if (context.workflow() == WriteContext.Workflow.UPDATE) {
            Target target = target(route);
            manager.update(target, old.orElseGet(target::blank), object, context.fieldManager());
        }
    }

    /// Puts the managed fields back that admission has broken.
    ///
    /// @param before as they were
    /// @param warnings what the answer will warn of; grows
    void guard(JsonNode before, ObjectNode object, List<String> warnings) {
        JsonNode after = object.path("metadata").path("managedFields");
        Optional<String> wrong =
                after.equals(before) ? Optional.empty() : ManagedFields.wrong(after);
        if (wrong.isPresent()) {
            UpdateStrategy.keep(
                    object.withObject("/metadata"),
                    JsonNodeFactory.instance.objectNode().set("managedFields", before),
                    "managedFields");
            warnings.add(
                    ".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: "
                            + wrong.get());
        }
    }

    /// An object with a configuration applied to it, not yet in the shape of its schema.
    ///
    /// @param old the object before; empty for a new one
    /// @throws dev.glovebox.model.ApiException when somebody else has what it changes
    ObjectNode applied(Route route, Optional<ObjectNode> old, ObjectNode config, Applier applier) {
        Target target = target(route);
        return manager.apply(target, old.orElseGet(target::blank), config, applier);
    }

    /// The Scale of an object with a configuration of it applied.
    ///
    /// @param scaleKind Scale
    ObjectNode scaled(
            Scales scales, Kind scaleKind, ObjectNode object, ObjectNode config, Applier applier) {
        Target target =
                new Target(
                        scaleKind.apiVersion(),
                        scaleKind.names().kind(),
                        "scale",
                        scaleKind.schema(),
                        FieldFilter.ALL,
                        Set.of(scaleKind.apiVersion()));
        return manager.apply(target, scales.managed(object), config, applier);
    }

    private Target target(Route route) {
        Kind kind = route.kind();
        return new Target(
                route.apiVersion(),
                kind.names().kind(),
                route.subresource(),
                kind.schema(),
                kind.strategy()
                        .update(route.scale().isPresent() ? "" : route.subresource())
                        .map(UpdateStrategy::counted)
                        .orElse(FieldFilter.ALL),
                versions(kind),
                kind.strategy().conversion().map(Translated::new));
    }

    /// Versions of a definition, as those who manage fields see them.
    private record Translated(Conversion conversion) implements Translation {
        @Override
        public Schema schema(String apiVersion) {
            return Objects.requireNonNull(conversion.schemas().get(apiVersion), apiVersion);
        }

        @Override
        public ObjectNode in(String apiVersion, ObjectNode object) {
            return conversion.converted(object, apiVersion);
        }
    }

    /// Every `apiVersion` by which objects of a kind are written, under its own names or others.
    private Set<String> versions(Kind kind) {
        Optional<Conversion> conversion = kind.strategy().conversion();
        if (conversion.isPresent()) {
            return conversion.get().schemas().keySet();
        }
        String kept = kept(kind);
        Set<String> versions = new HashSet<>();
        for (Kind each : kinds.get().kinds()) {
            if (kept(each).equals(kept)) {
                each.versions().forEach(version -> versions.add(each.apiVersion(version)));
            }
        }
        return versions;
    }

    /// The resource as which objects of a kind are kept.
    private static String kept(Kind kind) {
        return kind.strategy().alias().map(Alias::resource).orElseGet(kind::resource);
    }

    /// Whether an object is what it was. When a manager wrote what was there is no difference.
    static boolean isSame(ObjectNode object, ObjectNode old) {
        JsonNode fields = object.path("metadata").path("managedFields");
        JsonNode before = old.path("metadata").path("managedFields");
        if (fields.equals(before)) {
            return object.equals(old);
        }
        if (!ManagedFields.sameButTimes(fields, before)) {
            return false;
        }
        ObjectNode timed = object.deepCopy();
        ((ObjectNode) timed.path("metadata")).set("managedFields", before);
        return timed.equals(old);
    }

    /// Whether an object is what it was, whoever manages it.
    static boolean isSameButManagers(ObjectNode object, ObjectNode old) {
        return unmanaged(object).equals(unmanaged(old));
    }

    private static ObjectNode unmanaged(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ((ObjectNode) copy.path("metadata")).remove("managedFields");
        return copy;
    }

    /// The bytes to store. An object that is too large with its managed fields goes without them,
    /// as in Kubernetes, unless they are what is written.
    ///
    /// @throws dev.glovebox.model.ApiException when it is too large
    static byte[] encoded(Kind kind, ObjectNode object, WriteContext context) {
        byte[] bytes = Registry.encode(kind, object);
        if (bytes.length <= Bodies.MOST_BYTES || !object.path("metadata").has("managedFields")) {
            return bytes;
        }
        if (context.workflow() == WriteContext.Workflow.APPLY) {
            throw Bodies.tooLarge();
        }
        ((ObjectNode) object.path("metadata")).remove("managedFields");
        return Registry.encode(kind, object);
    }
}
