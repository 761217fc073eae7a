package dev.glovebox.controllers.deployments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.nio.charset.StandardCharsets;

/// Compares templates of pods, and names them.
final class Templates {
    /// Label that tells pods of different templates of one Deployment apart.
    static final String HASH = "pod-template-hash";

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    /// Kubernetes' letters for generated names: neither vowels nor what looks like one.
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private Templates() {}

    /// Whether two templates make the same pods, but for the label.
    static boolean same(PodTemplateSpec one, PodTemplateSpec other) {
        return tree(one).equals(tree(other));
    }

    private static JsonNode tree(PodTemplateSpec template) {
        ObjectNode tree = JSON.valueToTree(template);
        if (tree.path("metadata").path("labels") instanceof ObjectNode labels) {
            labels.remove(HASH);
        }
        return tree;
    }

    /// A name for a template; the same for the same one. Unlike Kubernetes', it does not depend on
    /// how a program lays out its memory, and is therefore another.
    ///
    /// @param collisions how often a name was taken by another template
    static String hash(PodTemplateSpec template, int collisions) {
        try {
            String text = JSON.writeValueAsString(JSON.treeToValue(tree(template), Object.class));
            return letters(fnv(collisions == 0 ? text : text + collisions));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a template that cannot be written", e);
        }
    }

    /// FNV-1a of 32 bits.
    private static int fnv(String text) {
        int hash = 0x811c9dc5;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * 0x01000193;
        }
        return hash;
    }

    /// The digits of a number as letters that make no words.
    private static String letters(int hash) {
        StringBuilder letters = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            letters.append(LETTERS.charAt(digit % LETTERS.length()));
        }
        return letters.toString();
    }
}
