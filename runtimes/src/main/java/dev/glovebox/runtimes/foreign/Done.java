package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.runtimes.host.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was done to a configuration, and how it was before.
///
/// @param file the configuration that was named
/// @param address the containerd's socket
/// @param restart the words of the command that restarts it
/// @param edits the files that were written
record Done(Path file, String handler, Path address, List<String> restart, List<Edit> edits) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    Done {
        restart = List.copyOf(restart);
        edits = List.copyOf(edits);
    }

    /// One file.
    ///
    /// @param original what it said before anything was done; empty where there was no such file
    /// @param written the SHA-256 of what was written
    record Edit(Path path, Optional<String> original, String written) {
        /// Whether a file says what was written.
        boolean stands(Optional<String> now) {
            return now.map(text -> Digest.ofText(text).hex()).equals(Optional.of(written));
        }
    }

    Optional<Edit> edit(Path path) {
        return edits.stream().filter(edit -> edit.path().equals(path)).findFirst();
    }

    /// The same with the files that were written earlier and not this time.
    Done after(Optional<Done> earlier) {
        List<Edit> all = new ArrayList<>(edits);
        earlier.stream()
                .flatMap(done -> done.edits().stream())
                .filter(edit -> edit(edit.path()).isEmpty())
                .forEach(all::add);
        return new Done(file, handler, address, restart, all);
    }

    String text() {
        ObjectNode tree =
                JSON.createObjectNode()
                        .put("file", file.toString())
                        .put("handler", handler)
                        .put("address", address.toString());
        restart.forEach(tree.putArray("restart")::add);
        var all = tree.putArray("edits");
        for (Edit edit : edits) {
            ObjectNode one = all.addObject().put("path", edit.path().toString());
            edit.original().ifPresent(original -> one.put("original", original));
            one.put("written", edit.written());
        }
        return tree.toPrettyString() + "\n";
    }

    static Done of(String text, Path where) {
        try {
            JsonNode tree = JSON.readTree(text);
            List<String> restart = new ArrayList<>();
            tree.withArrayProperty("restart").forEach(word -> restart.add(word.asText()));
            List<Edit> edits = new ArrayList<>();
            for (JsonNode edit : tree.withArrayProperty("edits")) {
                edits.add(
                        new Edit(
                                Path.of(edit.required("path").asText()),
                                Optional.ofNullable(edit.get("original")).map(JsonNode::asText),
                                edit.required("written").asText()));
            }
            return new Done(
                    Path.of(tree.required("file").asText()),
                    tree.required("handler").asText(),
                    Path.of(tree.required("address").asText()),
                    restart,
                    edits);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ConfigurationRefused(where + " cannot be read: " + e.getMessage(), e);
        }
    }
}
