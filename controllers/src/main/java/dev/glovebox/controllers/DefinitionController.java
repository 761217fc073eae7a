package dev.glovebox.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Deletes the objects of CustomResourceDefinitions that are being deleted, and lets those go of
/// whose kind there are none any more: what apiextensions' `CRDFinalizer` does.
public final class DefinitionController implements AutoCloseable {
    /// The definitions.
    static final Resource<GenericKubernetesResource> DEFINITIONS =
            new Resource<>(
                    "apiextensions.k8s.io",
                    "v1",
                    "customresourcedefinitions",
                    false,
                    GenericKubernetesResource.class);

    private static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";
    private static final Duration NEXT_LOOK = Duration.ofMillis(500);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final Reflector<GenericKubernetesResource> definitions;
    private final ControlLoop<ObjectKey> loop;

    private DefinitionController(Cluster cluster, Clock clock, Backoff backoff) {
        this.cluster = cluster;
        this.definitions = Reflector.start(cluster, DEFINITIONS, Scope.ALL, backoff);
        this.loop =
                ControlLoop.<ObjectKey>named("crd-finalizer", clock, backoff)
                        .follow(definitions, each -> Stream.of(ObjectKey.of(each)))
                        .start(this::reconcile);
    }

    /// Starts it.
    ///
    /// @param cluster the API as this controller's identity sees it
    public static DefinitionController start(Cluster cluster, Clock clock, Backoff backoff) {
        return new DefinitionController(cluster, clock, backoff);
    }

    @Override
    public void close() {
        definitions.close();
        loop.close();
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<GenericKubernetesResource> found = cluster.get(DEFINITIONS, key);
        if (found.isEmpty() || !isBeingCleaned(found.get())) {
            return new Outcome.Done();
        }
        JsonNode definition = JSON.valueToTree(found.get());
        boolean established =
                condition(definition, "Established").path("status").asText().equals("True");
        if (established && !isEmptied(key, definition)) {
            note(
                    key,
                    definition,
                    "InstanceDeletionInProgress",
                    "CustomResource deletion is in progress");
            return new Outcome.Again(NEXT_LOOK);
        }
        letGo(key, definition);
        return new Outcome.Done();
    }

    private static boolean isBeingCleaned(GenericKubernetesResource definition) {
        return definition.getMetadata().getDeletionTimestamp() != null
                && definition.getMetadata().getFinalizers().contains(FINALIZER);
    }

    private static JsonNode condition(JsonNode definition, String type) {
        for (JsonNode condition : definition.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    /// The objects by the version in which they are kept, for which no converter is needed. All
    /// versions have the same, and while the definition is being deleted this one is there.
    private static Resource<GenericKubernetesResource> objects(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        String version = "";
        for (JsonNode each : spec.path("versions")) {
            if (each.path("storage").asBoolean()) {
                version = each.path("name").asText();
            }
        }
        String group = spec.path("group").asText();
        String plural = spec.path("names").path("plural").asText();
        return new Resource<>(
                group,
                version,
                plural,
                spec.path("scope").asText().equals("Namespaced"),
                GenericKubernetesResource.class);
    }

    /// Has every object deleted; whether there was none.
    private boolean isEmptied(Resource<GenericKubernetesResource> resource) {
        List<GenericKubernetesResource> objects = cluster.list(resource, Scope.ALL).items();
        for (GenericKubernetesResource object : objects) {
            if (object.getMetadata().getDeletionTimestamp() == null) {
                delete(resource, object);
            }
        }
        return objects.isEmpty();
    }

    private void delete(
            Resource<GenericKubernetesResource> resource, GenericKubernetesResource object) {
        DeleteOptions options =
                new DeleteOptions(Optional.empty(), Optional.of(object.getMetadata().getUid()));
        try {
            cluster.delete(resource, ObjectKey.of(object), options);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND) {
                throw e;
            }
        }
    }

    /// The same, and what keeps it from being so is told: objects may be kept in a version from
    /// which nobody converts them.
    private boolean isEmptied(ObjectKey key, JsonNode definition) {
        try {
            return isEmptied(objects(definition));
        } catch (ApiException e) {
            note(
                    key,
                    definition,
                    "InstanceDeletionFailed",
                    "could not list instances: " + e.getMessage());
            throw e;
        }
    }

    private void note(ObjectKey key, JsonNode definition, String reason, String message) {
        if (condition(definition, "Terminating").path("reason").asText().equals(reason)) {
            return;
        }
        ArrayNode conditions = definition.path("status").path("conditions").deepCopy();
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals("Terminating")) {
                ((ObjectNode) condition).put("reason", reason).put("message", message);
            }
        }
        ObjectNode patch = versioned(definition);
        patch.putObject("status").set("conditions", conditions);
        cluster.patch(DEFINITIONS, key, new Patch.Merge(patch.toString()), "status");
    }

    private void letGo(ObjectKey key, JsonNode definition) {
        ObjectNode patch = versioned(definition);
        ArrayNode others = patch.withObject("/metadata").putArray("finalizers");
        for (JsonNode finalizer : definition.path("metadata").path("finalizers")) {
            if (!finalizer.asText().equals(FINALIZER)) {
                others.add(finalizer);
            }
        }
        cluster.patch(DEFINITIONS, key, new Patch.Merge(patch.toString()), "");
    }

    /// A change of the definition as it was seen, and of no other state.
    private static ObjectNode versioned(JsonNode definition) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata")
                .set("resourceVersion", definition.path("metadata").path("resourceVersion"));
        return patch;
    }
}
