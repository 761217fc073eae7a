package dev.glovebox.node.pull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.node.pull.PullRecord.Rights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Records of pulls as JSON. What is not whole is not taken.
final class PullRecordText {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PullRecordText() {}

    static byte[] of(PullRecord record) {
        ObjectNode root = JSON.createObjectNode().put("closed", record.closed());
        ArrayNode repositories = root.putArray("repositories");
        record.repositories()
                .forEach((name, rights) -> {
                    ObjectNode repository = repositories.addObject().put("name", name);
                    repository.put("everybody", rights.everybody());
                    ArrayNode grants = repository.putArray("grants");
                    for (Grant grant : rights.grants()) {
                        grants.addObject()
                                .put("hash", grant.hash())
                                .put("namespace", grant.namespace())
                                .put("secret", grant.secret())
                                .put("uid", grant.uid());
                    }
                });
        return bytes(root);
    }

    /// @throws IOException where it is no record
    static PullRecord parse(byte[] text) throws IOException {
        JsonNode root = JSON.readTree(text);
        Map<String, Rights> repositories = new HashMap<>();
        for (JsonNode repository : list(root, "repositories")) {
            List<Grant> grants = new ArrayList<>();
            for (JsonNode grant : list(repository, "grants")) {
                grants.add(
                        new Grant(
                                text(grant, "hash"),
                                text(grant, "namespace"),
                                text(grant, "secret"),
                                text(grant, "uid")));
            }
            repositories.put(
                    text(repository, "name"), new Rights(truth(repository, "everybody"), grants));
        }
        return new PullRecord(truth(root, "closed"), repositories);
    }

    /// Ids of the images that a pull under way found to be for everybody.
    static byte[] open(Iterable<String> images) {
        ArrayNode list = JSON.createArrayNode();
        images.forEach(list::add);
        return bytes(list);
    }

    /// @throws IOException where it is no list of ids
    static List<String> parseOpen(byte[] text) throws IOException {
        JsonNode root = JSON.readTree(text);
        List<String> images = new ArrayList<>();
        for (JsonNode image : root) {
            images.add(image.asText());
        }
        if (!root.isArray()) {
            throw new IOException("no list of images");
        }
        return images;
    }

    private static JsonNode list(JsonNode node, String field) throws IOException {
        return checked(node.path(field), node.path(field).isArray(), field);
    }

    private static String text(JsonNode node, String field) throws IOException {
        return checked(node.path(field), node.path(field).isTextual(), field).textValue();
    }

    private static boolean truth(JsonNode node, String field) throws IOException {
        return checked(node.path(field), node.path(field).isBoolean(), field).booleanValue();
    }

    private static JsonNode checked(JsonNode value, boolean good, String field) throws IOException {
        if (!good) {
            throw new IOException("a record without " + field);
        }
        return value;
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of ours cannot be written", e);
        }
    }
}
