package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionChain;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.Tokens;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.Subresource;
import dev.glovebox.apiserver.table.Tables;
import dev.glovebox.model.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Answers requests that change something.
final class Writes {
    private static final String DELETE_OPTIONS =
            "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

    private final Registry registry;
    private final Lists lists;
    private final Tables tables;
    private final Bodies bodies;
    private final Patches patches;
    private final Ownership ownership;
    private final Creation creation;
    private final Change change;
    private final Applying applying;
    private final Deletion deletion;
    private final Posts posts;
    private final PodActions pods;
    private final PodStreams streams;
    private final Reviews reviews;
    private final TokenRequests tokens;
    private final Kind scaleKind;

    Writes(
            Registry registry,
            Lists lists,
            Tables tables,
            AdmissionChain admission,
            Authorizer authorizer,
            Reviews reviews,
            Tokens tokens,
            Supplier<KindCatalogue> kinds,
            ApiServer.Settings settings) {
        this.reviews = reviews;
        this.registry = registry;
        this.lists = lists;
        this.tables = tables;
        this.bodies = new Bodies(kinds, settings.schemas());
        this.patches = new Patches();
        this.ownership = new Ownership(kinds, settings.clock());
        this.scaleKind = Scales.kind(settings.schemas());
        this.posts = new Posts(admission.webhooks());
        this.creation = new Creation(registry, admission, bodies, ownership, settings.clock());
        this.change = new Change(registry, admission, bodies, ownership, scaleKind);
        this.deletion = new Deletion(registry, admission, settings.clock());
        this.pods = new PodActions(registry, bodies, posts, deletion, settings.clock());
        this.streams = new PodStreams(registry, posts);
        this.applying = new Applying(registry, authorizer, ownership, creation, change, scaleKind);
        this.tokens = new TokenRequests(registry, bodies, posts, tokens, settings.clock());
    }

    Answer answer(Call call, Route route, String verb) {
        Kind kind = route.kind();
        if (!route.subresource().isEmpty()
                && !kind.subresource(route.subresource())
                        .map(Subresource::verbs)
                        .orElse(List.of())
                        .contains(verb)) {
            throw Refusals.methodNotAllowed();
        }
        Parameters parameters = new Parameters(call.query());
        WriteContext context = WriteContext.of(call);
        parameters.checkWrite(options(verb), context.workflow());
        Kind told = route.scale().isPresent() ? scaleKind : kind;
        Rendering rendering =
                new Rendering(Representation.of(call.accept()), tables, told, parameters);
        try {
            return answer(call, route, verb, rendering, context);
        } catch (ApiException refusal) {
            throw context.warnings().isEmpty() ? refusal : refusal.warned(context.warnings());
        }
    }

    private Answer answer(
            Call call, Route route, String verb, Rendering rendering, WriteContext context) {
        Kind kind = route.kind();
        Kind told = route.scale().isPresent() ? scaleKind : kind;
        List<String> warnings = context.warnings();
        return switch (verb) {
            case "create" -> create(call, route, rendering, context);
            case "update" -> {
                ObjectNode object =
                        bodies.read(
                                call,
                                route.scale().isPresent() ? told.apiVersion() : route.apiVersion(),
                                told.names().kind(),
                                told.schema(),
                                warnings);
                checkName(route, object);
                yield changed(route, old -> replaced(route, object, old), rendering, context);
            }
            case "patch" -> {
                if (context.workflow() == WriteContext.Workflow.APPLY) {
                    yield applied(call, route, rendering, context);
                }
                UnaryOperator<ObjectNode> patch = patches.read(call, told, warnings);
                yield changed(
                        route,
                        old -> {
                            ObjectNode object = patch.apply(old);
                            checkName(route, object);
                            return object;
                        },
                        rendering,
                        context);
            }
            case "delete" -> delete(call, route, rendering, context);
            default -> deleteAll(call, route, rendering, context);
        };
    }

    private Answer create(Call call, Route route, Rendering rendering, WriteContext context) {
        List<String> warnings = context.warnings();
        switch (route.subresource()) {
            case "binding" -> {
                return answer(201, rendering, pods.bind(call, route, context), warnings);
            }
            case "eviction" -> {
                return answer(201, rendering, pods.evict(call, route, context), warnings);
            }
            case "token" -> {
                return answer(201, rendering, tokens.answer(call, route, context), warnings);
            }
            case "exec", "attach", "portforward" -> {
                return streams.answer(call, route);
            }
            default -> {}
        }
        if (route.kind().namespaced() && route.namespace().isEmpty()) {
            throw Refusals.methodNotAllowed();
        }
        Kind kind = route.kind();
        ObjectNode object =
                bodies.read(call, route.apiVersion(), kind.names().kind(), kind.schema(), warnings);
        if (!kind.strategy().stored()) {
            ownership.record(route, Optional.empty(), object, context);
            posts.admit(route, object, kind.schema(), context);
            ObjectNode answered = reviews.answer(route, object, call.user());
            return answer(201, rendering, rendering.object(answered), warnings);
        }
        ObjectNode created = creation.create(route, object, context);
        return answer(201, rendering, rendering.object(created), warnings);
    }

    private Answer applied(Call call, Route route, Rendering rendering, WriteContext context) {
        Applying.Outcome outcome = applying.apply(call, route, context);
        ObjectNode shown =
                route.scale().map(scale -> scale.told(outcome.object())).orElse(outcome.object());
        return answer(outcome.code(), rendering, rendering.object(shown), context.warnings());
    }

    private Answer changed(
            Route route,
            UnaryOperator<ObjectNode> edit,
            Rendering rendering,
            WriteContext context) {
        Optional<Scales> scale = route.scale();
        UnaryOperator<ObjectNode> whole =
                scale.<UnaryOperator<ObjectNode>>map(each -> old -> each.changed(old, edit))
                        .orElse(edit);
        ObjectNode changed = change.apply(route, whole, context);
        ObjectNode shown = scale.map(each -> each.told(changed)).orElse(changed);
        return answer(200, rendering, rendering.object(shown), context.warnings());
    }

    private Answer delete(Call call, Route route, Rendering rendering, WriteContext context) {
        Deletion.Options options = deleteOptions(call);
        Deletion.Outcome outcome = deletion.delete(route, options, context);
        Kind kind = route.kind();
        JsonNode told =
                outcome.gone() && !kind.strategy().returnsDeleted()
                        ? StatusObject.deleted(
                                route.name(),
                                kind.group(),
                                kind.names().plural(),
                                outcome.object().path("metadata").path("uid").asText())
                        : rendering.object(outcome.object());
        context.warnings().addAll(kind.strategy().deletionWarnings(options.propagation()));
        return answer(200, rendering, told, context.warnings());
    }

    private Answer deleteAll(Call call, Route route, Rendering rendering, WriteContext context) {
        Deletion.Options options = deleteOptions(call);
        ListOptions selection = ListOptions.of(new Parameters(call.query()), route.kind(), false);
        Lists.Page page = lists.page(route, selection);
        List<ObjectNode> items = new ArrayList<>();
        for (var entry : page.entries()) {
            ObjectNode object = Registry.asTold(route, entry);
            JsonNode metadata = object.path("metadata");
            Route place =
                    new Route(
                            route.kind(),
                            route.version(),
                            metadata.path("namespace").asText(),
                            metadata.path("name").asText(),
                            "",
                            false);
            items.add(object);
            deleteIfThere(place, options, context);
        }
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("resourceVersion", Long.toString(page.revision()));
        if (route.kind().schema().structural() && rendering.whole()) {
            metadata.put("continue", "");
        }
        return answer(
                200,
                rendering,
                rendering.list(metadata, route.apiVersion(), items),
                context.warnings());
    }

    /// Somebody else may have been faster.
    private void deleteIfThere(Route place, Deletion.Options options, WriteContext context) {
        if (registry.store().get(place.key()).isEmpty()) {
            return;
        }
        try {
            deletion.delete(place, options, context);
        } catch (ApiException e) {
            if (e.reason() != dev.glovebox.model.StatusReason.NOT_FOUND) {
                throw e;
            }
        }
    }

    private Deletion.Options deleteOptions(Call call) {
        JsonNode body =
                call.body().length == 0
                        ? JsonNodeFactory.instance.objectNode()
                        : bodies.read(
                                call, "v1", "DeleteOptions", DELETE_OPTIONS, new ArrayList<>());
        return Deletion.Options.of(body, new Parameters(call.query()));
    }

    static void checkName(Route route, ObjectNode object) {
        String name = object.path("metadata").path("name").asText();
        if (name.isEmpty()) {
            throw Refusals.badRequest(
                    "the name of the object (%s based on URL) was undeterminable: name must be provided"
                            .formatted(route.name()));
        }
        if (!name.equals(route.name())) {
            throw Refusals.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(name, route.name()));
        }
        String namespace = object.path("metadata").path("namespace").asText();
        if (!namespace.isEmpty() && !namespace.equals(route.namespace())) {
            throw Refusals.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
    }

    /// A replacement that names another uid means another object.
    private static ObjectNode replaced(Route route, ObjectNode object, ObjectNode old) {
        String uid = object.path("metadata").path("uid").asText();
        String own = old.path("metadata").path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(own) && route.scale().isEmpty()) {
            throw Refusals.conflict(
                    route.kind().resource(),
                    Refusals.about(route.kind(), route.name()),
                    "StorageError: invalid object, Code: 4, Key: /registry/%s, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(route.key(), uid, own));
        }
        return object.deepCopy();
    }

    private static String options(String verb) {
        return switch (verb) {
            case "create" -> "CreateOptions";
            case "update" -> "UpdateOptions";
            case "patch" -> "PatchOptions";
            default -> "DeleteOptions";
        };
    }

    private static Answer answer(
            int code, Rendering rendering, JsonNode told, List<String> warnings) {
        return new Answer.Whole(
                code, rendering.contentType(), rendering.bytes(told), List.copyOf(warnings));
    }
}
