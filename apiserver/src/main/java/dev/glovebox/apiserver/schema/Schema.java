package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
    private final Origin origin;
    private final Map<String, Schema> children = new ConcurrentHashMap<>();
    private final Map<Class<?>, Object> derived = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> defaults;

    /// Whose rules values of a schema follow.
    enum Origin {
        /// Kubernetes' own types: what Go's decoder would make of a value.
        TYPE,
        /// A CustomResourceDefinition: JSON as it is, pruned and with defaults of any shape.
        DEFINITION
    }

    Schema(JsonNode own, String name, Function<String, JsonNode> definitions, Origin origin) {
        this.own = own;
        String ref = own.path("ref").asText();
        this.name = ref.isEmpty() ? name : ref;
        this.target = ref.isEmpty() ? own : definitions.apply(ref);
        this.definitions = definitions;
        this.origin = ref.isEmpty() ? origin : Origin.TYPE;
        this.form =
                this.origin == Origin.DEFINITION
                        ? DefinedForms.form(target)
                        : form(this.name, target);
        this.defaults = defaults(target, this.origin);
    }

    /// Name of the definition, for example `io.k8s.api.core.v1.Pod`; empty for an inline schema.
    public String name() {
        return name;
    }

    /// Whether both were written down in the same words.
    public boolean isLike(Schema other) {
        return own.equals(other.own);
    }

    /// Whether values follow the rules for a CustomResourceDefinition's objects, where a schema
    /// says what is kept and filled in, and types are checked with everything else.
    public boolean structural() {
        return origin == Origin.DEFINITION;
    }

    /// Whether fields that a struct does not know are kept.
    public boolean preserves() {
        return target.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    }

    /// Whether null is a value.
    public boolean nullable() {
        return target.path("nullable").asBoolean();
    }

    /// Whether the value is a whole object with metadata of its own.
    public boolean embedded() {
        return target.path("x-kubernetes-embedded-resource").asBoolean();
    }

    /// The schema of a value that is an object, where it may be something else; empty where the
    /// schema is all there is.
    public Optional<Schema> whenObject() {
        return name.endsWith(".JSONSchemaPropsOrBool") || name.endsWith(".JSONSchemaPropsOrArray")
                ? Optional.of(child("{}", reference(name.replaceFirst("Or(Bool|Array)$", ""))))
                : Optional.empty();
    }

    private static JsonNode reference(String to) {
        return JsonNodeFactory.instance.objectNode().put("ref", to);
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

    /// Schema of what an object has under that key, be it a struct's field or a map's value.
    public Optional<Schema> field(String key) {
        Optional<Schema> property = property(key);
        return property.isPresent() || form != Form.MAP ? property : Optional.of(items());
    }

    /// Schema of a list's items or a map's values; any JSON where nothing is said.
    public Schema items() {
        JsonNode items = target.get(form == Form.MAP ? "additionalProperties" : "items");
        return child("[]", items == null ? target.path("items") : items);
    }

    /// Defaults of a struct's fields; of Kubernetes' own those that are not just Go's zero value of
    /// a map or list.
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

    /// What an extension says, for example `x-kubernetes-map-type`: here, or else where the
    /// definition is; missing where nothing is said.
    public JsonNode extension(String extension) {
        JsonNode said = own.path(extension);
        return said.isMissingNode() ? target.path(extension) : said;
    }

    /// What somebody works out from this schema, worked out once. Any thread.
    ///
    /// @param make may ask this schema for anything but what is worked out from it
    public <T> T derived(Class<T> type, Function<Schema, T> make) {
        return type.cast(derived.computeIfAbsent(type, any -> make.apply(this)));
    }

    /// The schema as OpenAPI has it, references by `ref`.
    public JsonNode source() {
        return target;
    }

    private List<String> strategies() {
        return List.of(own.path("x-kubernetes-patch-strategy").asText().split(","));
    }

    private Schema child(String key, JsonNode node) {
        return children.computeIfAbsent(key, any -> new Schema(node, "", definitions, origin));
    }

    private static Map<String, JsonNode> defaults(JsonNode target, Origin origin) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        target.path("properties")
                .properties()
                .forEach(field -> {
                    JsonNode value = field.getValue().get("default");
                    if (value != null && (origin == Origin.DEFINITION || value.isValueNode())) {
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
