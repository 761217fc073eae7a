package dev.glovebox.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// Writes an OpenAPI 2 document as the protobuf message `openapi.v2.Document` of gnostic, which
/// kubectl reads. Covers what [OpenApi] puts into a document: info, definitions, and paths with
/// their operations. Field numbers are those of gnostic's `openapiv2/OpenAPIv2.proto`.
final class SwaggerProtobuf {
    private static final Map<String, Integer> METHODS =
            Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "patch", 8);
    private static final int PATH = 4;
    private static final int QUERY = 3;

    private SwaggerProtobuf() {}

    static byte[] encode(JsonNode document) {
        return new ProtoMessage()
                .text(1, document.path("swagger").asText())
                .message(
                        2,
                        new ProtoMessage()
                                .text(1, document.path("info").path("title").asText())
                                .text(2, document.path("info").path("version").asText()))
                .message(8, paths(document.path("paths")))
                .message(9, schemas(document.path("definitions")))
                .bytes();
    }

    private static ProtoMessage paths(JsonNode paths) {
        ProtoMessage message = new ProtoMessage();
        paths.properties()
                .forEach(each ->
                        message.message(
                                2,
                                new ProtoMessage()
                                        .text(1, each.getKey())
                                        .message(2, path(each.getValue()))));
        return message;
    }

    private static ProtoMessage path(JsonNode path) {
        ProtoMessage message = new ProtoMessage();
        path.properties()
                .forEach(each -> {
                    Integer number = METHODS.get(each.getKey());
                    if (number != null) {
                        message.message(number, operation(each.getValue()));
                    }
                });
        path.path("parameters").forEach(each -> message.message(9, parameter(each)));
        return message;
    }

    private static ProtoMessage operation(JsonNode operation) {
        ProtoMessage message = new ProtoMessage();
        message.text(5, operation.path("operationId").asText());
        operation.path("consumes").forEach(each -> message.text(7, each.asText()));
        operation.path("parameters").forEach(each -> message.message(8, parameter(each)));
        ProtoMessage responses = new ProtoMessage();
        operation
                .path("responses")
                .properties()
                .forEach(each ->
                        responses.message(
                                1,
                                new ProtoMessage()
                                        .text(1, each.getKey())
                                        .message(2, response(each.getValue()))));
        message.message(9, responses);
        extensions(message, 13, operation);
        return message;
    }

    private static ProtoMessage response(JsonNode response) {
        return new ProtoMessage()
                .message(1, new ProtoMessage().text(1, response.path("description").asText()));
    }

    /// A `ParametersItem` with a parameter of path or query.
    private static ProtoMessage parameter(JsonNode parameter) {
        ProtoMessage schema = new ProtoMessage();
        if (parameter.path("required").asBoolean()) {
            schema.truth(1);
        }
        schema.text(2, parameter.path("in").asText());
        schema.text(4, parameter.path("name").asText());
        boolean inPath = parameter.path("in").asText().equals("path");
        schema.text(inPath ? 5 : 6, parameter.path("type").asText());
        ProtoMessage nonBody = new ProtoMessage().message(inPath ? PATH : QUERY, schema);
        return new ProtoMessage().message(1, new ProtoMessage().message(2, nonBody));
    }

    /// `Definitions` and `Properties`, which have the same form.
    private static ProtoMessage schemas(JsonNode schemas) {
        ProtoMessage message = new ProtoMessage();
        schemas.properties()
                .forEach(each ->
                        message.message(
                                1,
                                new ProtoMessage()
                                        .text(1, each.getKey())
                                        .message(2, schema(each.getValue()))));
        return message;
    }

    private static ProtoMessage schema(JsonNode schema) {
        ProtoMessage message = new ProtoMessage();
        message.text(1, schema.path("$ref").asText());
        message.text(2, schema.path("format").asText());
        message.text(4, schema.path("description").asText());
        if (schema.has("default")) {
            message.message(5, any(schema.path("default")));
        }
        schema.path("required").forEach(each -> message.text(19, each.asText()));
        schema.path("enum").forEach(each -> message.message(20, any(each)));
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isObject()) {
            message.message(21, new ProtoMessage().message(1, schema(additional)));
        } else if (additional.asBoolean()) {
            message.message(21, new ProtoMessage().truth(2));
        }
        if (schema.has("type")) {
            message.message(22, new ProtoMessage().text(1, schema.path("type").asText()));
        }
        if (schema.has("items")) {
            message.message(23, new ProtoMessage().message(1, schema(schema.path("items"))));
        }
        if (schema.has("properties")) {
            message.message(25, schemas(schema.path("properties")));
        }
        extensions(message, 31, schema);
        return message;
    }

    /// The `x-` fields as `NamedAny`.
    private static void extensions(ProtoMessage message, int number, JsonNode node) {
        node.properties()
                .forEach(each -> {
                    if (each.getKey().startsWith("x-")) {
                        message.message(
                                number,
                                new ProtoMessage()
                                        .text(1, each.getKey())
                                        .message(2, any(each.getValue())));
                    }
                });
    }

    /// `Any` carries YAML, of which JSON is a part.
    private static ProtoMessage any(JsonNode value) {
        return new ProtoMessage().text(2, value.toString());
    }
}
