package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes what every cluster has, where it is absent. What a user changed stays changed.
public final class Bootstrap {
    private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);

    /// The identity of what enforces network policies and leads to Services: it may watch what they
    /// are made of, and no more.
    public static final String NETWORK = "system:glovebox:network";

    private static final String RBAC = "rbac.authorization.k8s.io";

    private static final List<String> NAMESPACES =
            List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private static final Map<String, Integer> PRIORITIES =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

    private static final User ADMINISTRATOR =
            new User("system:apiserver", List.of("system:masters"));

    private final Api api;

    /// What every cluster has, in this API.
    public Bootstrap(Api api) {
        this.api = api;
    }

    /// Makes Kubernetes' own namespaces, roles and priorities, and in a new cluster the
    /// RuntimeClass of gVisor.
    public void run() {
        if (!isThere("/api/v1/namespaces/kube-system")) {
            gvisor();
        }
        NAMESPACES.forEach(name -> create("/api/v1/namespaces", object("v1", "Namespace", name)));
        access();
        networkAccess();
        PRIORITIES.forEach((name, value) ->
                createOrTell(
                        "/apis/scheduling.k8s.io/v1/priorityclasses",
                        object("scheduling.k8s.io/v1", "PriorityClass", name)
                                .put("value", value)
                                .put("description", description(name))));
    }

    /// Pods that nobody trusts get this class before any node was seen to have gVisor, and wait for
    /// one that was. Who has removed it from a cluster that is there does not get it back.
    private void gvisor() {
        ObjectNode made =
                object("node.k8s.io/v1", "RuntimeClass", Names.GVISOR_CLASS)
                        .put("handler", Names.GVISOR_HANDLER);
        made.withObject("/metadata/labels").put(Names.MANAGED_BY, Names.GLOVEBOX);
        made.putObject("scheduling")
                .putObject("nodeSelector")
                .put(Names.RUNTIME_PREFIX + Names.GVISOR_CLASS, Names.READY);
        createOrTell("/apis/node.k8s.io/v1/runtimeclasses", made);
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
                createOrTell(place, object);
            }
        }
    }

    private void networkAccess() {
        ObjectNode policies = role(NETWORK);
        addReading(policies, "", "pods", "namespaces");
        addReading(policies, "networking.k8s.io", "networkpolicies");
        grantNetwork(policies);
        ObjectNode services = role("system:glovebox:services");
        addReading(services, "", "services");
        addReading(services, "discovery.k8s.io", "endpointslices");
        grantNetwork(services);
    }

    private static ObjectNode role(String name) {
        return object(RBAC + "/v1", "ClusterRole", name);
    }

    private void grantNetwork(ObjectNode role) {
        createOrTell("/apis/" + RBAC + "/v1/clusterroles", role);
        String name = role.path("metadata").path("name").asText();
        ObjectNode binding = object(RBAC + "/v1", "ClusterRoleBinding", name);
        binding.putObject("roleRef")
                .put("apiGroup", RBAC)
                .put("kind", "ClusterRole")
                .put("name", name);
        binding.putArray("subjects")
                .addObject()
                .put("apiGroup", RBAC)
                .put("kind", "User")
                .put("name", NETWORK);
        createOrTell("/apis/" + RBAC + "/v1/clusterrolebindings", binding);
    }

    private static void addReading(ObjectNode role, String group, String... resources) {
        ObjectNode rule = role.withArray("rules").addObject();
        rule.putArray("apiGroups").add(group);
        ArrayNode named = rule.putArray("resources");
        List.of(resources).forEach(named::add);
        rule.putArray("verbs").add("get").add("list").add("watch");
    }

    private static ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    /// Makes what a cluster can be without for a while. One that is told of no more than that it is
    /// missing can be mended by its administrator; one that does not start cannot, and a webhook
    /// that refuses everything is reason enough for that.
    private void createOrTell(String path, ObjectNode object) {
        try {
            create(path, object);
        } catch (ApiException e) {
            LOG.atError()
                    .addKeyValue("path", path)
                    .addKeyValue("name", object.path("metadata").path("name").asText())
                    .setCause(e)
                    .log("something that every cluster has is missing and could not be made");
        }
    }

    /// What is there is not asked for again: nobody has to agree to it once more.
    private void create(String path, ObjectNode object) {
        if (isThere(path + "/" + object.path("metadata").path("name").asText())) {
            return;
        }
        try {
            send("POST", path, EncodedObject.bytes(object));
        } catch (ApiException e) {
            if (e.reason() != StatusReason.ALREADY_EXISTS) {
                throw e;
            }
        }
    }

    private boolean isThere(String path) {
        try {
            send("GET", path, new byte[0]);
            return true;
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }

    private void send(String method, String path, byte[] body) {
        api.handle(
                new Call(
                        ADMINISTRATOR,
                        method,
                        path,
                        Map.of(),
                        "",
                        "application/json",
                        "glovebox",
                        Origin.LOCAL,
                        new Annotations(),
                        body));
    }
}
