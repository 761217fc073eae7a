package dev.glovebox.containerd.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.ContentStore.Blob;
import java.util.List;

/// Writes OCI manifests, the same bytes for the same content.
final class Manifests {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Manifests() {}

    static byte[] of(Blob config, List<Blob> layers) {
        ObjectNode manifest = JSON.createObjectNode();
        manifest.put("schemaVersion", 2).put("mediaType", MediaTypes.MANIFEST);
        manifest.set("config", descriptor(config));
        ArrayNode list = manifest.putArray("layers");
        layers.forEach(layer -> list.add(descriptor(layer)));
        return bytes(manifest);
    }

    static ObjectNode descriptor(Blob blob) {
        return JSON.createObjectNode()
                .put("mediaType", blob.mediaType())
                .put("digest", blob.digest())
                .put("size", blob.size());
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of ours cannot be written", e);
        }
    }
}
