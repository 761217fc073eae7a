package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// What schemas of CustomResourceDefinitions say of the shape of values. Source: apiextensions'
/// `Structural`.
final class DefinedForms {
    private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private DefinedForms() {}

    static Form form(JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return Form.INT_OR_STRING;
        }
        return switch (schema.path("type").asText()) {
            case "object" -> object(schema);
            case "array" -> Form.LIST;
            case "string" -> Form.STRING;
            case "integer" -> Form.INTEGER;
            case "number" -> Form.NUMBER;
            case "boolean" -> Form.BOOLEAN;
            default -> schema.has("properties") ? Form.STRUCT : Form.ANY;
        };
    }

    private static Form object(JsonNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        boolean map = additional.isObject() || additional.asBoolean();
        return map && schema.path("properties").isEmpty() ? Form.MAP : Form.STRUCT;
    }

    /// A copy in which the object, and all objects that are embedded in it, has what objects have.
    static ObjectNode withMetadata(JsonNode openApi) {
        ObjectNode copy = openApi.deepCopy();
        embed(copy);
        metadata(copy);
        return copy;
    }

    private static void embed(JsonNode schema) {
        if (!schema.isObject()) {
            return;
        }
        for (JsonNode property : schema.path("properties")) {
            embed(property);
        }
        embed(schema.path("items"));
        embed(schema.path("additionalProperties"));
        if (schema instanceof ObjectNode object
                && schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            metadata(object);
        }
    }

    private static void metadata(ObjectNode schema) {
        ObjectNode properties = schema.withObject("/properties");
        for (String name : new String[] {"apiVersion", "kind"}) {
            if (!(properties.get(name) instanceof ObjectNode)) {
                properties.putObject(name).put("type", "string");
            }
        }
        properties.putObject("metadata").put("ref", OBJECT_META);
        if (schema.path("required") instanceof ArrayNode required && required.isEmpty()) {
            schema.remove("required");
        }
    }
}
