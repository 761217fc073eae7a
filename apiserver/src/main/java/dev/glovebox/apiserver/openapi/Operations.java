package dev.glovebox.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import java.util.List;
import java.util.Map;

/// The paths of a kind with their operations: as much as clients read to find out which kind a path
/// serves and which parameters it takes.
final class Operations {
    private static final List<String> CHANGING =
            List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> PATCH_TYPES =
            List.of(
                    "application/json-patch+json",
                    "application/merge-patch+json",
                    "application/strategic-merge-patch+json",
                    "application/apply-patch+yaml");
    private static final Map<String, String> METHODS =
            Map.of(
                    "create", "post",
                    "delete", "delete",
                    "deletecollection", "delete",
                    "get", "get",
                    "list", "get",
                    "patch", "patch",
                    "update", "put");

    private final Kind kind;
    private final String version;
    private final Definitions.Dialect dialect;

    Operations(Kind kind, String version, Definitions.Dialect dialect) {
        this.kind = kind;
        this.version = version;
        this.dialect = dialect;
    }

    /// Adds the kind's paths.
    void addTo(ObjectNode paths) {
        String root =
                (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion(version) + "/";
        String place = kind.namespaced() ? root + "namespaces/{namespace}/" : root;
        String collection = place + kind.names().plural();
        path(paths, collection, List.of("create", "deletecollection", "list"));
        path(paths, collection + "/{name}", List.of("delete", "get", "patch", "update"));
        if (kind.namespaced()) {
            path(paths, root + kind.names().plural(), List.of("list"));
        }
    }

    private void path(ObjectNode paths, String path, List<String> verbs) {
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        verbs.stream()
                .filter(kind.verbs()::contains)
                .forEach(verb -> item.set(METHODS.get(verb), operation(verb)));
        if (item.isEmpty()) {
            return;
        }
        if (path.contains("{")) {
            ArrayNode parameters = item.putArray("parameters");
            for (String name : List.of("name", "namespace")) {
                if (path.contains("{" + name + "}")) {
                    parameter(parameters.addObject(), name, "path").put("required", true);
                }
            }
        }
        paths.set(path, item);
    }

    private ObjectNode operation(String verb) {
        ObjectNode operation = JsonNodeFactory.instance.objectNode();
        operation.put("operationId", verb + version + kind.names().kind() + place(verb));
        if (dialect == Definitions.Dialect.V2 && verb.equals("patch")) {
            PATCH_TYPES.forEach(operation.putArray("consumes")::add);
        }
        ArrayNode parameters = operation.putArray("parameters");
        if (!List.of("get", "list").contains(verb)) {
            CHANGING.stream()
                    .filter(name -> !verb.startsWith("delete") || name.equals("dryRun"))
                    .forEach(name -> parameter(parameters.addObject(), name, "query"));
        }
        operation.putObject("responses").putObject("200").put("description", "OK");
        operation.put("x-kubernetes-action", verb.equals("update") ? "put" : verb);
        operation
                .putObject("x-kubernetes-group-version-kind")
                .put("group", kind.group())
                .put("kind", kind.names().kind())
                .put("version", version);
        return operation;
    }

    private static String place(String verb) {
        return List.of("list", "deletecollection").contains(verb) ? "Collection" : "";
    }

    private ObjectNode parameter(ObjectNode parameter, String name, String place) {
        parameter.put("name", name).put("in", place);
        if (dialect == Definitions.Dialect.V2) {
            parameter.put("type", "string");
        } else {
            parameter.putObject("schema").put("type", "string");
        }
        return parameter;
    }
}
