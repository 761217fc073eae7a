package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.fields.Applier;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.JsonReader;
import dev.glovebox.apiserver.schema.MalformedException;
import dev.glovebox.apiserver.schema.YamlReader;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Server-side apply: a manager says what it wants of an object, which is made if there is none.
final class Applying {
    private static final int TRIES = 8;

    private final Registry registry;
    private final Authorizer authorizer;
    private final Ownership ownership;
    private final Creation creation;
    private final Change change;
    private final Kind scaleKind;

    Applying(
            Registry registry,
            Authorizer authorizer,
            Ownership ownership,
            Creation creation,
            Change change,
            Kind scaleKind) {
        this.registry = registry;
        this.authorizer = authorizer;
        this.ownership = ownership;
        this.creation = creation;
        this.change = change;
        this.scaleKind = scaleKind;
    }

    /// What became of the object.
    ///
    /// @param code 201 for a new one, else 200
    record Outcome(ObjectNode object, int code) {}

    /// Applies the configuration of a request.
    Outcome apply(Call call, Route route, WriteContext context) {
        Bodies.bounded(call.body());
        Configuration configuration = Configuration.of(call, context);
        for (int tries = 1; tries <= TRIES; tries++) {
            Optional<Entry> entry = registry.store().get(route.key());
            if (entry.isEmpty() && route.scale().isPresent()) {
                throw Refusals.notFound(route.kind(), route.name());
            }
            if (entry.isPresent() || !route.subresource().isEmpty()) {
                Optional<ObjectNode> changed = changed(route, configuration);
                if (changed.isPresent()) {
                    return new Outcome(changed.get(), 200);
                }
            } else {
                Optional<ObjectNode> created = created(call, route, configuration);
                if (created.isPresent()) {
                    return new Outcome(created.get(), 201);
                }
            }
        }
        throw Refusals.modified(route.kind(), route.name());
    }

    /// The changed object; empty when it is gone and may be made anew.
    private Optional<ObjectNode> changed(Route route, Configuration configuration) {
        try {
            return Optional.of(
                    change.apply(
                            route,
                            old -> edited(route, old, configuration),
                            configuration.context()));
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NOT_FOUND
                    && route.subresource().isEmpty()
                    && registry.store().get(route.key()).isEmpty()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The new object; empty when somebody else was faster. Who may only patch cannot make one.
    private Optional<ObjectNode> created(Call call, Route route, Configuration configuration) {
        ObjectNode object = merged(route, Optional.empty(), configuration);
        String uid = object.path("metadata").path("uid").asText();
        if (!uid.isEmpty()) {
            throw Refusals.conflict(
                    route.kind().resource(),
                    Refusals.about(route.kind(), route.name()),
                    "uid mismatch: the provided object specified uid %s, and no existing object was found"
                            .formatted(uid));
        }
        RequestAttributes asked =
                RequestInfo.of(call.user(), call)
                        .map(attributes -> attributes.withVerb("create"))
                        .orElseThrow();
        if (!authorizer.allows(asked)) {
            throw asked.refusal();
        }
        // What is made has no version that one could have meant.
        object.withObject("/metadata").remove("resourceVersion");
        try {
            return Optional.of(creation.create(route, object, configuration.context()));
        } catch (ApiException e) {
            if (e.reason() == StatusReason.ALREADY_EXISTS) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private ObjectNode edited(Route route, ObjectNode old, Configuration configuration) {
        Optional<Scales> scales = route.scale();
        if (scales.isEmpty()) {
            return merged(route, Optional.of(old), configuration);
        }
        ObjectNode scale =
                ownership.scaled(
                        scales.get(),
                        scaleKind,
                        old,
                        configuration.object(),
                        configuration.applier());
        configuration.checkStrictly();
        Writes.checkName(route, scale);
        return scales.get().applied(old, scale, route.apiVersion());
    }

    private ObjectNode merged(Route route, Optional<ObjectNode> old, Configuration configuration) {
        Kind kind = route.kind();
        ObjectNode merged =
                ownership.applied(route, old, configuration.object(), configuration.applier());
        configuration.checkStrictly();
        try {
            ObjectNode object = new Decoder().decode(kind.schema(), merged);
            object.put("kind", kind.names().kind()).put("apiVersion", route.apiVersion());
            Creation.placed(route, object.withObject("/metadata"));
            Writes.checkName(route, object);
            return object;
        } catch (MalformedException e) {
            throw new ApiException(
                    StatusReason.UNKNOWN,
                    "failed to convert new object (%s/%s; %s, Kind=%s) to proper version: %s"
                            .formatted(
                                    configuration
                                            .object()
                                            .path("metadata")
                                            .path("namespace")
                                            .asText(),
                                    route.name(),
                                    route.apiVersion(),
                                    kind.names().kind(),
                                    e.getMessage()));
        }
    }

    /// What a manager wants.
    ///
    /// @param duplicates fields that occur twice in it
    /// @param validation `Ignore`, `Warn` or `Strict`
    private record Configuration(
            ObjectNode object,
            List<JsonReader.Duplicate> duplicates,
            String validation,
            Applier applier,
            WriteContext context) {
        static Configuration of(Call call, WriteContext context) {
            Parameters parameters = new Parameters(call.query());
            JsonReader.Document document = read(call.body());
            boolean nothing = document.root().isNull();
            if (!nothing && !document.root().isObject()) {
                throw undecodable("error unmarshaling JSON: not an object");
            }
            return new Configuration(
                    nothing ? JsonNodeFactory.instance.objectNode() : (ObjectNode) document.root(),
                    document.doubled(),
                    parameters.fieldValidation(),
                    new Applier(context.fieldManager(), parameters.force()),
                    context);
        }

        /// JSON is YAML, and the faster one to read.
        private static JsonReader.Document read(byte[] body) {
            if (new String(body, StandardCharsets.UTF_8).isBlank()) {
                return new JsonReader.Document(NullNode.instance, List.of());
            }
            try {
                return body.length > 0 && body[0] == '{' ? json(body) : YamlReader.yaml(body);
            } catch (IOException e) {
                throw undecodable(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
        }

        private static JsonReader.Document json(byte[] body) throws IOException {
            try {
                return JsonReader.json(body);
            } catch (IOException e) {
                return YamlReader.yaml(body);
            }
        }

        private static ApiException undecodable(String why) {
            return Refusals.badRequest("error decoding YAML: " + why);
        }

        /// Fields that occur twice are refused, told or overlooked; others are checked by the shape
        /// of the kind.
        void checkStrictly() {
            if (duplicates.isEmpty() || validation.equals("Ignore")) {
                return;
            }
            List<String> lines =
                    duplicates.stream()
                            .map(each ->
                                    "line %d: key \"%s\" already set in map"
                                            .formatted(each.line(), each.name()))
                            .toList();
            if (validation.equals("Strict")) {
                throw Refusals.badRequest(
                        "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal"
                                + " errors:\n  "
                                + String.join("\n  ", lines));
            }
            context.warnings().removeAll(lines);
            context.warnings().addAll(lines);
        }
    }
}
