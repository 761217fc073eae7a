package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.image.StoredImage;
import java.util.ArrayList;
import java.util.List;

/// The nodes' images, as `image list` shows them.
///
/// @param nodes how many nodes there are
record ImageReport(List<NodeImages.Held> images, int nodes) {
    private static final int SHORT_ID = 12;
    private static final long MEBIBYTE = 1L << 20;

    ImageReport {
        images = List.copyOf(images);
    }

    /// A line each, with the nodes where there are several; or a JSON array of `{names, id, size,
    /// nodes}`.
    String text(boolean json) {
        return json ? json() : table();
    }

    private String json() {
        ArrayNode all = new ObjectMapper().createArrayNode();
        for (NodeImages.Held held : images) {
            StoredImage image = held.image();
            ObjectNode one = all.addObject();
            image.names().forEach(one.putArray("names")::add);
            one.put("id", image.id()).put("size", image.size());
            held.nodes().forEach(one.putArray("nodes")::add);
        }
        return all + "\n";
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("NAME", "ID", "SIZE", "NODES"));
        for (NodeImages.Held held : images) {
            StoredImage image = held.image();
            String id = image.id().substring(image.id().indexOf(':') + 1);
            rows.add(
                    row(
                            image.names().isEmpty() ? "<none>" : image.names().getFirst(),
                            id.substring(0, Math.min(SHORT_ID, id.length())),
                            "%.1f MiB".formatted((double) image.size() / MEBIBYTE),
                            held.nodes().size() == nodes ? "all" : String.join(",", held.nodes())));
        }
        return Columns.of(rows);
    }

    private List<String> row(String name, String id, String size, String holders) {
        return nodes == 1 ? List.of(name, id, size) : List.of(name, id, size, holders);
    }
}
