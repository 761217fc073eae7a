package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.image.StoredImage;
import java.util.ArrayList;
import java.util.List;

/// The node's images, as `image list` shows them.
record ImageReport(List<StoredImage> images) {
    private static final int SHORT_ID = 12;
    private static final long MEBIBYTE = 1L << 20;

    ImageReport {
        images = List.copyOf(images);
    }

    /// A line each, or a JSON array of `{names, id, size}`.
    String text(boolean json) {
        return json ? json() : table();
    }

    private String json() {
        ArrayNode all = new ObjectMapper().createArrayNode();
        for (StoredImage image : images) {
            ObjectNode one = all.addObject();
            image.names().forEach(one.putArray("names")::add);
            one.put("id", image.id()).put("size", image.size());
        }
        return all + "\n";
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "ID", "SIZE"));
        for (StoredImage image : images) {
            String name = image.names().isEmpty() ? "<none>" : image.names().getFirst();
            String id = image.id().substring(image.id().indexOf(':') + 1);
            rows.add(
                    List.of(
                            name,
                            id.substring(0, Math.min(SHORT_ID, id.length())),
                            "%.1f MiB".formatted((double) image.size() / MEBIBYTE)));
        }
        return Columns.of(rows);
    }
}
