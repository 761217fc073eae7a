package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Scalars;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.time.Clock;
import java.util.List;

/// What is done to a pod by posting to it: binding it to a node, and evicting it.
final class PodActions {
    private static final String BINDING = "io.k8s.api.core.v1.Binding";
    private static final String EVICTION = "io.k8s.api.policy.v1.Eviction";

    private final Registry registry;
    private final Bodies bodies;
    private final Posts posts;
    private final Deletion deletion;
    private final Clock clock;

    PodActions(Registry registry, Bodies bodies, Posts posts, Deletion deletion, Clock clock) {
        this.posts = posts;
        this.registry = registry;
        this.bodies = bodies;
        this.deletion = deletion;
        this.clock = clock;
    }

    ObjectNode bind(Call call, Route route, WriteContext context) {
        ObjectNode binding = bodies.read(call, "v1", "Binding", BINDING, context.warnings());
        checkName(binding, route, "Binding");
        posts.admit(route, binding, bodies.schema(BINDING), context);
        JsonNode target = binding.path("target");
        FieldErrors errors = new FieldErrors();
        String kind = target.path("kind").asText();
        if (!kind.isEmpty() && !kind.equals("Node")) {
            errors.unsupported(Path.of("target.kind"), kind, List.of("Node", "<empty>"));
        }
        if (target.path("name").asText().isEmpty()) {
            errors.required(Path.of("target.name"), "");
        }
        if (!errors.isEmpty()) {
            throw new ApiException(StatusReason.UNKNOWN, errors.message());
        }
        boolean dryRun = new Parameters(call.query()).dryRun();
        while (!bound(route.object(), binding, dryRun)) {
            Thread.onSpinWait();
        }
        return StatusObject.created();
    }

    /// Whether the pod could be written; otherwise it changed in between.
    private boolean bound(Route route, JsonNode binding, boolean dryRun) {
        Entry entry = registry.entry(route);
        ObjectNode pod = Registry.decode(route, entry);
        checkBinding(route, binding, pod);
        ObjectNode spec = Trees.object(pod, "spec");
        spec.set("nodeName", binding.path("target").path("name"));
        for (String field : List.of("labels", "annotations")) {
            JsonNode more = binding.path("metadata").path(field);
            more.properties()
                    .forEach(each ->
                            Trees.object(Trees.object(pod, "metadata"), field)
                                    .set(each.getKey(), each.getValue()));
        }
        scheduled(Trees.object(pod, "status"));
        return dryRun
                || registry.store().put(entry.key(), entry.revision(), EncodedObject.encode(pod))
                        instanceof Store.WriteResult.Written;
    }

    private static void checkBinding(Route route, JsonNode binding, ObjectNode pod) {
        String uid = binding.path("metadata").path("uid").asText();
        String own = pod.path("metadata").path("uid").asText();
        String name = route.name();
        if (!uid.isEmpty() && !uid.equals(own)) {
            throw conflict(
                    route,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, own));
        }
        if (pod.path("metadata").has("deletionTimestamp")) {
            throw conflict(
                    route, "pod %s is being deleted, cannot be assigned to a host".formatted(name));
        }
        String node = pod.path("spec").path("nodeName").asText();
        if (!node.isEmpty()) {
            throw conflict(
                    route, "pod %s is already assigned to node \"%s\"".formatted(name, node));
        }
        if (!pod.path("spec").path("schedulingGates").isEmpty()) {
            throw conflict(route, "pod %s has non-empty .spec.schedulingGates".formatted(name));
        }
    }

    private static ApiException conflict(Route route, String message) {
        return Refusals.conflict(
                "pods/binding",
                new ApiException.Details(route.name(), "", "pods/binding", List.of()),
                message);
    }

    private void scheduled(ObjectNode status) {
        ObjectNode found = null;
        for (ObjectNode condition : Trees.objects(status.path("conditions"))) {
            found = condition.path("type").asText().equals("PodScheduled") ? condition : found;
        }
        ObjectNode condition = found == null ? Trees.list(status, "conditions").addObject() : found;
        condition.removeAll();
        condition.putNull("lastProbeTime");
        condition.put("lastTransitionTime", Scalars.time(clock.instant()));
        condition.put("status", "True").put("type", "PodScheduled");
    }

    ObjectNode evict(Call call, Route route, WriteContext context) {
        ObjectNode eviction =
                bodies.read(call, "policy/v1", "Eviction", EVICTION, context.warnings());
        checkName(eviction, route, "Eviction");
        posts.admit(route, eviction, bodies.schema(EVICTION), context);
        deletion.evict(
                route.object(),
                Deletion.Options.of(eviction.path("deleteOptions"), new Parameters(call.query())),
                context);
        return StatusObject.created();
    }

    private static void checkName(JsonNode body, Route route, String kind) {
        String name = body.path("metadata").path("name").asText();
        if (!name.equals(route.name())) {
            throw Refusals.badRequest(
                    "name in URL does not match name in %s object".formatted(kind));
        }
    }
}
