package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.List;

/// TOML texts as trees. Bounded by the size of the text that is given and in depth.
final class Toml {
    private static final int DEEPEST = 64;

    private static final TomlMapper MAPPER =
            TomlMapper.builder(
                            TomlFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEEPEST)
                                                    .build())
                                    .build())
                    .build();

    private Toml() {}

    /// The tree of a text.
    ///
    /// @param what whose text it is, for the message of a refusal
    static ObjectNode read(String text, String what) {
        try {
            JsonNode tree = MAPPER.readTree(text);
            return tree instanceof ObjectNode table ? table : MAPPER.createObjectNode();
        } catch (JsonProcessingException e) {
            throw new ConfigurationRefused(
                    what + " cannot be read as TOML: " + e.getOriginalMessage() + at(e), e);
        }
    }

    /// The node behind a path of keys; a missing node where there is none.
    static JsonNode at(JsonNode tree, List<String> path) {
        JsonNode node = tree;
        for (String key : path) {
            node = node.path(key);
        }
        return node;
    }

    /// Puts a node behind a path of keys, with tables on the way where there are none.
    static void put(ObjectNode tree, List<String> path, JsonNode value) {
        ObjectNode node = tree;
        for (String key : path.subList(0, path.size() - 1)) {
            node = node.get(key) instanceof ObjectNode table ? table : node.putObject(key);
        }
        node.set(path.getLast(), value);
    }

    /// Takes what is behind a path of keys away, and tables on the way that are empty then.
    static void remove(ObjectNode tree, List<String> path) {
        if (path.size() == 1) {
            tree.remove(path.getFirst());
        } else if (tree.get(path.getFirst()) instanceof ObjectNode table) {
            remove(table, path.subList(1, path.size()));
            if (table.isEmpty()) {
                tree.remove(path.getFirst());
            }
        }
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
    }
}
