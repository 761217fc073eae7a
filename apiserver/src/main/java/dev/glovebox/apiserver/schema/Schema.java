package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Schema of a value, with what a list or a map says about merging. Immutable; children are
/// resolved when first asked for, because schemas may contain themselves.
public final class Schema {
    private final JsonNode own;
    private final JsonNode target;
    private final String name;
    private final Form form;
    private final Function<String, JsonNode> definitions;
    private final Map<String, Schema> children = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> defaults;

    Schema(JsonNode own, String name, Function<String, JsonNode> definitions) {
        this.own = own;
        String ref = own.path("ref").asText();
        this.name = ref.isEmpty() ? name : ref;
        this.target = ref.isEmpty() ? own : definitions.apply(ref);
        this.definitions = definitions;
        this.form = form(this.name, target);
        this.defaults = defaults(target);
    }

    /// Name of the definition, for example `io.k8s.api.core.v1.Pod`; empty for an inline schema.
    public String name() {
        return name;
    }

    /// What the value is made of.
    public Form form() {
        return form;
    }

    /// Schema of a field of a struct; empty for a field that the struct does not have.
    public Optional<Schema> property(String field) {
        JsonNode property = target.path("properties").get(field);
        return property == null ? Optional.empty() : Optional.of(child("." + field, property));
    }

    /// Schema of a list's items or a map's values; any JSON where nothing is said.
    public Schema items() {
        JsonNode items = target.get(form == Form.MAP ? "additionalProperties" : "items");
        return child("[]", items == null ? target.path("items") : items);
    }

    /// Defaults of a struct's fields, those that are not just Go's zero value of a map or list.
    public Map<String, JsonNode> defaults() {
        return defaults;
    }

    /// Whether a strategic patch merges this list instead of replacing it.
    public boolean merges() {
        return strategies().contains("merge");
    }

    /// Whether a strategic patch of this struct keeps only the keys that it names.
    public boolean retainsKeys() {
        return strategies().contains("retainKeys");
    }

    /// The field by which a strategic patch finds an item of this list; null for plain values.
    public @Nullable String mergeKey() {
        JsonNode key = own.get("x-kubernetes-patch-merge-key");
        return key == null ? null : key.asText();
    }

    /// The schema as OpenAPI has it, references by `ref`.
    public JsonNode source() {
        return target;
    }

    private List<String> strategies() {
        return List.of(own.path("x-kubernetes-patch-strategy").asText().split(","));
    }

    private Schema child(String key, JsonNode node) {
        return children.computeIfAbsent(key, any -> new Schema(node, "", definitions));
    }

    private static Map<String, JsonNode> defaults(JsonNode target) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        target.path("properties")
                .properties()
                .forEach(field -> {
                    JsonNode value = field.getValue().get("default");
                    if (value != null && value.isValueNode()) {
                        found.put(field.getKey(), value);
                    }
                });
        return found;
    }

    private static Form form(String name, JsonNode schema) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "Quantity" -> Form.QUANTITY;
            case "Time" -> Form.TIME;
            case "MicroTime" -> Form.MICRO_TIME;
            case "IntOrString" -> Form.INT_OR_STRING;
            default -> form(schema);
        };
    }

    private static Form form(JsonNode schema) {
        return switch (schema.path("type").asText()) {
            case "object" -> {
                if (schema.has("properties")) {
                    yield Form.STRUCT;
                }
                yield schema.has("additionalProperties") ? Form.MAP : Form.ANY;
            }
            case "array" -> Form.LIST;
            case "string" ->
                    schema.path("format").asText().equals("byte") ? Form.BYTES : Form.STRING;
            case "integer" -> Form.INTEGER;
            case "number" -> Form.NUMBER;
            case "boolean" -> Form.BOOLEAN;
            default -> Form.ANY;
        };
    }

    /// Values that an enumeration allows; empty where anything goes.
    public List<String> enumeration() {
        List<String> values = new ArrayList<>();
        target.path("enum").forEach(value -> values.add(value.asText()));
        return values;
    }
}
