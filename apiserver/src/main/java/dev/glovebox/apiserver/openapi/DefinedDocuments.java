package dev.glovebox.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.schema.Schema;
import java.util.List;

/// What documents say of kinds of definitions: what the definition says, and of what every object
/// has what is said of Kubernetes' own objects.
final class DefinedDocuments {
    /// Any object of Kubernetes' own; what is said of its fields goes for all objects.
    private static final String LIKE = "io.k8s.api.core.v1.ConfigMap";

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private DefinedDocuments() {}

    static ObjectNode object(
            Schema schema, Descriptions descriptions, Definitions.Dialect dialect) {
        ObjectNode copy = schema.source().deepCopy();
        if (dialect == Definitions.Dialect.V2) {
            simplify(copy);
        }
        if (copy.path("properties") instanceof ObjectNode properties) {
            JsonNode like = descriptions.described(LIKE, known(properties));
            for (String field : new String[] {"apiVersion", "kind", "metadata"}) {
                JsonNode described = like.path("properties").path(field);
                if (described.isObject()) {
                    properties.set(field, described);
                }
            }
        }
        return copy;
    }

    /// Takes out what OpenAPI 2 has no words for, and what its clients take too narrowly. Source:
    /// apiextensions' `controller/openapi/v2`.
    private static void simplify(JsonNode node) {
        if (!(node instanceof ObjectNode schema)) {
            return;
        }
        schema.remove(List.of("allOf", "anyOf", "oneOf", "not"));
        boolean nullable = schema.path("nullable").asBoolean();
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (nullable || open) {
            schema.remove(List.of("items", "properties"));
        }
        boolean typeless =
                nullable
                        || (open && schema.path("type").asText().equals("object"))
                        || (schema.path("type").asText().equals("array") && !schema.has("items"));
        if (typeless) {
            schema.remove(List.of("type", "nullable"));
        }
        if (schema.path("required") instanceof ArrayNode required) {
            for (int i = required.size() - 1; i >= 0; i--) {
                JsonNode property = schema.path("properties").path(required.get(i).asText());
                if (property.path("nullable").asBoolean()) {
                    required.remove(i);
                }
            }
        }
        schema.path("properties").forEach(DefinedDocuments::simplify);
        simplify(schema.path("items"));
        simplify(schema.path("additionalProperties"));
    }

    private static ObjectNode known(ObjectNode properties) {
        ObjectNode known = JsonNodeFactory.instance.objectNode();
        ObjectNode fields = known.putObject("properties");
        for (String field : new String[] {"apiVersion", "kind", "metadata"}) {
            fields.set(field, properties.path(field).deepCopy());
        }
        return known;
    }

    static ObjectNode list(Kind kind) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("description", kind.names().kind() + "List is a list of " + kind.names().kind());
        list.put("type", "object").putArray("required").add("items");
        ObjectNode properties = list.putObject("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("ref", META + "ListMeta");
        properties
                .putObject("items")
                .put("type", "array")
                .putObject("items")
                .put("ref", kind.schema().name());
        return list;
    }
}
