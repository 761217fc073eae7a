package dev.glovebox.controllers;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/// An object of any kind as the tree that it is. The model's own reader, which picks a class by
/// `kind`, is turned off.
@JsonDeserialize(using = JsonDeserializer.None.class)
final class TreeObject implements HasMetadata {
    private static final long serialVersionUID = 1L;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ObjectNode tree;

    /// An object of that tree, which is kept and not copied.
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    TreeObject(ObjectNode tree) {
        this.tree = tree;
    }

    /// A resource whose objects are read like this.
    static Resource<TreeObject> of(Resource<?> resource) {
        return new Resource<>(
                resource.group(),
                resource.version(),
                resource.plural(),
                resource.namespaced(),
                TreeObject.class);
    }

    /// The object itself.
    @JsonValue
    ObjectNode tree() {
        return tree;
    }

    @Override
    public String getApiVersion() {
        return tree.path("apiVersion").asText();
    }

    @Override
    public void setApiVersion(String apiVersion) {
        tree.put("apiVersion", apiVersion);
    }

    @Override
    public String getKind() {
        return tree.path("kind").asText();
    }

    @Override
    public ObjectMeta getMetadata() {
        return MAPPER.convertValue(tree.path("metadata"), ObjectMeta.class);
    }

    @Override
    public void setMetadata(ObjectMeta metadata) {
        tree.set("metadata", MAPPER.valueToTree(metadata));
    }
}
