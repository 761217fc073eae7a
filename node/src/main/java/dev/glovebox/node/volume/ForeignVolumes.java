package dev.glovebox.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;

/// Kinds of volumes that the node does not mount, by their names in the API.
final class ForeignVolumes {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ForeignVolumes() {}

    /// The kind of a volume, with the claim where it is one; `unknown` for one that has none that
    /// we know.
    static String kind(Volume volume) {
        if (volume.getPersistentVolumeClaim() != null) {
            return "persistentVolumeClaim \"%s\""
                    .formatted(volume.getPersistentVolumeClaim().getClaimName());
        }
        JsonNode tree = MAPPER.valueToTree(volume);
        List<String> fields = new ArrayList<>();
        if (tree instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(fields::add);
        }
        fields.remove("name");
        return fields.isEmpty() ? "unknown" : fields.getFirst();
    }
}
