package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Map;

/// Makes what every cluster has, where it is absent. What a user changed stays changed.
public final class Bootstrap {
    private static final List<String> NAMESPACES =
            List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private static final Map<String, String> CLASSES =
            Map.of(Names.GVISOR_CLASS, Names.GVISOR_HANDLER, Names.RUNC, Names.RUNC);

    private static final Map<String, Integer> PRIORITIES =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

    private static final User ADMINISTRATOR =
            new User("system:apiserver", List.of("system:masters"));

    private final Api api;

    /// What every cluster has, in this API.
    public Bootstrap(Api api) {
        this.api = api;
    }

    /// Makes Kubernetes' own namespaces, roles and priorities, and our RuntimeClasses.
    public void run() {
        NAMESPACES.forEach(name -> create("/api/v1/namespaces", object("v1", "Namespace", name)));
        access();
        CLASSES.forEach((name, handler) ->
                create(
                        "/apis/node.k8s.io/v1/runtimeclasses",
                        object("node.k8s.io/v1", "RuntimeClass", name).put("handler", handler)));
        PRIORITIES.forEach((name, value) ->
                create(
                        "/apis/scheduling.k8s.io/v1/priorityclasses",
                        object("scheduling.k8s.io/v1", "PriorityClass", name)
                                .put("value", value)
                                .put("description", description(name))));
    }

    private static String description(String name) {
        return "Used for system critical pods that must "
                + (name.equals("system-node-critical")
                        ? "not be moved from their current node."
                        : "run in the cluster, but can be moved to another node if necessary.");
    }

    private void access() {
        JsonNode defaults = DefaultRoles.read();
        for (var each : defaults.properties()) {
            for (JsonNode wanted : each.getValue()) {
                String namespace = wanted.path("metadata").path("namespace").asText();
                String place =
                        "/apis/rbac.authorization.k8s.io/v1/"
                                + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/")
                                + each.getKey();
                ObjectNode object = (ObjectNode) wanted;
                object.put("apiVersion", "rbac.authorization.k8s.io/v1");
                object.put("kind", DefaultRoles.kind(each.getKey()));
                create(place, object);
            }
        }
    }

    private static ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    private void create(String path, ObjectNode object) {
        byte[] body = EncodedObject.bytes(object);
        Call call =
                new Call(
                        ADMINISTRATOR,
                        "POST",
                        path,
                        Map.of(),
                        "",
                        "application/json",
                        "glovebox",
                        Origin.LOCAL,
                        new Annotations(),
                        body);
        try {
            api.handle(call);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.ALREADY_EXISTS) {
                throw e;
            }
        }
    }
}
