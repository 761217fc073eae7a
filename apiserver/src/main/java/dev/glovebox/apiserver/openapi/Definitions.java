package dev.glovebox.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/// Schemas by name: those of some kinds in one version, with all that they refer to.
///
/// A kind whose further versions have the same shape has one schema; for the others a copy is made
/// that bears their name and their group, version and kind.
final class Definitions {
    private static final String GROUP_VERSION_KIND = "x-kubernetes-group-version-kind";
    private static final String DELETE_OPTIONS =
            "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

    private final JsonNode known;
    private final Descriptions descriptions;
    private final Dialect dialect;
    private final Map<String, JsonNode> chosen = new TreeMap<>();
    private final Queue<JsonNode> unread = new ArrayDeque<>();

    private Definitions(JsonNode known, Descriptions descriptions, Dialect dialect) {
        this.dialect = dialect;
        this.known = known;
        this.descriptions = descriptions;
    }

    /// @param known all schemas, with references as `ref` and a name
    /// @param dialect that the document is written in
    static Map<String, JsonNode> of(
            JsonNode known,
            Descriptions descriptions,
            Collection<Kind> kinds,
            String version,
            Dialect dialect) {
        Definitions definitions = new Definitions(known, descriptions, dialect);
        for (Kind kind : kinds) {
            definitions.add(kind, "", version);
            if (kind.verbs().contains("list")) {
                definitions.add(kind, "List", version);
            }
        }
        definitions.refer(DELETE_OPTIONS);
        definitions.follow();
        return definitions.chosen;
    }

    /// Name of a kind's schema in a version.
    static String name(Kind kind, String version) {
        return kind.schema().name().replace("." + kind.version() + ".", "." + version + ".");
    }

    private void add(Kind kind, String suffix, String version) {
        String name = kind.schema().name() + suffix;
        JsonNode schema = known.get(name);
        if (kind.schema().structural()) {
            schema =
                    suffix.isEmpty()
                            ? DefinedDocuments.object(kind.schema(), descriptions, dialect)
                            : DefinedDocuments.list(kind);
        }
        if (schema == null) {
            throw new IllegalStateException("no schema " + name);
        }
        ObjectNode copy = descriptions.described(name, schema);
        ArrayNode identities = copy.putArray(GROUP_VERSION_KIND);
        identities
                .addObject()
                .put("group", kind.group())
                .put("kind", kind.names().kind() + suffix)
                .put("version", version);
        JsonNode items = copy.path("properties").path("items").path("items");
        if (!suffix.isEmpty() && items instanceof ObjectNode item) {
            item.put("ref", name(kind, version));
        }
        put(name(kind, version) + suffix, copy);
    }

    private void refer(String name) {
        if (!chosen.containsKey(name)) {
            JsonNode schema = known.get(name);
            if (schema == null) {
                throw new IllegalStateException("no schema " + name);
            }
            put(name, descriptions.described(name, schema));
        }
    }

    private void put(String name, JsonNode schema) {
        chosen.put(name, schema);
        unread.add(schema);
    }

    private void follow() {
        for (JsonNode next = unread.poll(); next != null; next = unread.poll()) {
            references(next);
        }
    }

    /// References of schemas; what looks like one inside of a default is none.
    private void references(JsonNode schema) {
        JsonNode reference = schema.path("ref");
        if (reference.isTextual()) {
            refer(reference.textValue());
        }
        schema.path("properties").forEach(this::references);
        references(schema, "items");
        references(schema, "additionalProperties");
    }

    private void references(JsonNode schema, String field) {
        if (schema.path(field).isObject()) {
            references(schema.path(field));
        }
    }

    /// The same schema with references as OpenAPI writes them.
    ///
    /// @param place where definitions stand in the document, for example `#/definitions/`
    static ObjectNode linked(JsonNode schema, String place, Dialect dialect) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        schema.properties()
                .forEach(field -> {
                    JsonNode value = field.getValue();
                    switch (field.getKey()) {
                        case "ref" -> reference(copy, place + value.asText(), schema, dialect);
                        case "properties" -> {
                            ObjectNode properties = copy.putObject("properties");
                            value.properties()
                                    .forEach(each ->
                                            properties.set(
                                                    each.getKey(),
                                                    linked(each.getValue(), place, dialect)));
                        }
                        case "items", "additionalProperties" ->
                                copy.set(
                                        field.getKey(),
                                        value.isObject() ? linked(value, place, dialect) : value);
                        case "oneOf" -> dialect.union(copy, value);
                        default -> copy.set(field.getKey(), value);
                    }
                });
        return copy;
    }

    private static void reference(
            ObjectNode copy, String target, JsonNode schema, Dialect dialect) {
        if (dialect == Dialect.V2 || schema.size() == 1) {
            copy.put("$ref", target);
        } else {
            // OpenAPI 3 ignores what stands beside a reference.
            copy.putArray("allOf").addObject().put("$ref", target);
        }
    }

    /// What the versions of OpenAPI write differently.
    enum Dialect {
        /// Has no unions: a union of text and number is text.
        V2 {
            @Override
            void union(ObjectNode schema, JsonNode choices) {
                schema.put("type", "string");
            }
        },
        /// Has them.
        V3 {
            @Override
            void union(ObjectNode schema, JsonNode choices) {
                schema.set("oneOf", choices);
            }
        };

        abstract void union(ObjectNode schema, JsonNode choices);
    }
}
