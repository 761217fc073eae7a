package dev.glovebox.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The port as requests of the Kubernetes API: how each call is a method, a path and a body stands
/// here, how they come to an API and back is its subclasses' business.
public abstract class RestCluster implements Cluster {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final byte[] NOTHING = new byte[0];

    /// A request without whoever sends it.
    ///
    /// @param method of HTTP
    /// @param path decoded, without a query; names in it hold nothing that would have to be encoded
    /// @param query parameters, decoded; an empty value asks for nothing
    /// @param contentType of the body; empty where there is none
    /// @param body empty for none
    public record Request(
            String method,
            String path,
            Map<String, List<String>> query,
            String contentType,
            byte[] body) {
        /// Method and path.
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /// Sends a request and answers with the object that came.
    ///
    /// @throws ApiException when it was refused, or did not come to anybody
    protected abstract byte[] send(Request request);

    /// Opens a watch.
    ///
    /// @throws ApiException when it was refused, or did not come to anybody
    protected abstract Frames stream(Request request);

    @Override
    public <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key) {
        try {
            return Optional.of(
                    read(send("GET", path(resource, key, ""), Map.of(), "", NOTHING), resource));
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public <T extends HasMetadata> Listing<T> list(Resource<T> resource, Scope scope) {
        JsonNode list =
                tree(
                        send(
                                "GET",
                                collection(resource, scope.namespace()),
                                query(scope),
                                "",
                                NOTHING));
        List<T> items = new ArrayList<>();
        for (JsonNode item : list.path("items")) {
            items.add(typed(named(item, list), resource));
        }
        return new Listing<>(list.path("metadata").path("resourceVersion").asText(), items);
    }

    @Override
    public <T extends HasMetadata> Watch<T> watch(
            Resource<T> resource, Scope scope, String resourceVersion) {
        Map<String, List<String>> query = new LinkedHashMap<>(query(scope));
        query.put("watch", List.of("1"));
        query.put("resourceVersion", List.of(resourceVersion));
        query.put("allowWatchBookmarks", List.of("true"));
        String place = collection(resource, scope.namespace());
        return new RestWatch<>(stream(new Request("GET", place, query, "", NOTHING)), resource);
    }

    @Override
    public <T extends HasMetadata> T create(Resource<T> resource, T object) {
        String namespace = String.valueOf(object.getMetadata().getNamespace());
        String place = collection(resource, resource.namespaced() ? namespace : "");
        return read(send("POST", place, Map.of(), "application/json", bytes(object)), resource);
    }

    @Override
    public <T extends HasMetadata> T update(Resource<T> resource, T object) {
        return updateSubresource(resource, object, "");
    }

    @Override
    public <T extends HasMetadata> T updateSubresource(
            Resource<T> resource, T object, String subresource) {
        ObjectKey key =
                new ObjectKey(
                        resource.namespaced() ? object.getMetadata().getNamespace() : "",
                        object.getMetadata().getName());
        String place = path(resource, key, subresource);
        return read(send("PUT", place, Map.of(), "application/json", bytes(object)), resource);
    }

    @Override
    public <T extends HasMetadata> T patch(
            Resource<T> resource, ObjectKey key, Patch patch, String subresource) {
        String type =
                switch (patch) {
                    case Patch.Json json -> "application/json-patch+json";
                    case Patch.Merge merge -> "application/merge-patch+json";
                    case Patch.StrategicMerge strategic -> "application/strategic-merge-patch+json";
                };
        byte[] body = patch.json().getBytes(StandardCharsets.UTF_8);
        return read(
                send("PATCH", path(resource, key, subresource), Map.of(), type, body), resource);
    }

    @Override
    public void bind(ObjectKey pod, String uid, String node) {
        ObjectNode binding = MAPPER.createObjectNode();
        binding.put("apiVersion", "v1").put("kind", "Binding");
        binding.putObject("metadata").put("name", pod.name()).put("uid", uid);
        binding.putObject("target").put("kind", "Node").put("name", node);
        String place = path(Resource.PODS, pod, "binding");
        send("POST", place, Map.of(), "application/json", bytes(binding));
    }

    @Override
    public PodToken requestToken(PodToken.Wanted wanted) {
        ObjectNode request = MAPPER.createObjectNode();
        request.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
        ObjectNode spec = request.putObject("spec");
        wanted.audiences().forEach(spec.putArray("audiences")::add);
        spec.put("expirationSeconds", wanted.life().toSeconds())
                .putObject("boundObjectRef")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("name", wanted.pod())
                .put("uid", wanted.uid());
        String place = path(Resource.SERVICE_ACCOUNTS, wanted.account(), "token");
        byte[] answer = send("POST", place, Map.of(), "application/json", bytes(request));
        JsonNode status = tree(answer).path("status");
        return new PodToken(
                status.path("token").asText(),
                Instant.parse(status.path("expirationTimestamp").asText()));
    }

    @Override
    public void delete(Resource<?> resource, ObjectKey key, DeleteOptions options) {
        ObjectNode body = MAPPER.createObjectNode();
        body.put("apiVersion", "v1").put("kind", "DeleteOptions");
        options.grace().ifPresent(grace -> body.put("gracePeriodSeconds", grace.toSeconds()));
        options.uid().ifPresent(uid -> body.putObject("preconditions").put("uid", uid));
        options.dependents().ifPresent(each -> body.put("propagationPolicy", each.policy()));
        send("DELETE", path(resource, key, ""), Map.of(), "application/json", bytes(body));
    }

    private byte[] send(
            String method,
            String path,
            Map<String, List<String>> query,
            String contentType,
            byte[] body) {
        return send(new Request(method, path, query, contentType, body));
    }

    private static String collection(Resource<?> resource, String namespace) {
        String root =
                resource.group().isEmpty()
                        ? "/api/" + resource.version()
                        : "/apis/" + resource.group() + "/" + resource.version();
        return namespace.isEmpty()
                ? root + "/" + resource.plural()
                : root + "/namespaces/" + namespace + "/" + resource.plural();
    }

    private static String path(Resource<?> resource, ObjectKey key, String subresource) {
        String place = collection(resource, key.namespace()) + "/" + key.name();
        return subresource.isEmpty() ? place : place + "/" + subresource;
    }

    private static Map<String, List<String>> query(Scope scope) {
        return Map.of(
                "fieldSelector", List.of(scope.fieldSelector()),
                "labelSelector", List.of(scope.labelSelector()));
    }

    private static JsonNode named(JsonNode item, JsonNode list) {
        String kind = list.path("kind").asText();
        return ((ObjectNode) item)
                .put("kind", kind.substring(0, kind.length() - "List".length()))
                .set("apiVersion", list.path("apiVersion"));
    }

    private static <T extends HasMetadata> T read(byte[] body, Resource<T> resource) {
        return typed(tree(body), resource);
    }

    static <T extends HasMetadata> T typed(JsonNode tree, Resource<T> resource) {
        try {
            return MAPPER.treeToValue(tree, resource.type());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("no " + resource.plural() + ": " + tree, e);
        }
    }

    static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("an answer that is no JSON", e);
        }
    }

    private static byte[] bytes(Object object) {
        try {
            return MAPPER.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("an object that cannot be written", e);
        }
    }
}
