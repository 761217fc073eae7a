package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Keys of a pod's own labels by which it chooses its neighbours (`matchLabelKeys`,
/// `mismatchLabelKeys`): a new pod's selectors get the values that its labels have then, and who
/// places it looks at the selectors alone. A selector that is absent stays so, since it matches
/// nothing. Source: KEP-3633, KEP-3243.
final class LabelKeys {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private LabelKeys() {}

    /// Fills the selectors of a new pod.
    static void apply(JsonNode pod) {
        JsonNode labels = pod.path("metadata").path("labels");
        JsonNode spec = pod.path("spec");
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode affinity = spec.path("affinity").path(kind);
            for (JsonNode each : affinity.path(PREFERRED)) {
                select(each.path("podAffinityTerm"), labels);
            }
            for (JsonNode each : affinity.path(REQUIRED)) {
                select(each, labels);
            }
        }
        for (JsonNode each : spec.path("topologySpreadConstraints")) {
            select(each, labels);
        }
    }

    private static void select(JsonNode term, JsonNode labels) {
        if (term.path("labelSelector") instanceof ObjectNode selector) {
            add(selector, term.path("matchLabelKeys"), "In", labels);
            add(selector, term.path("mismatchLabelKeys"), "NotIn", labels);
        }
    }

    private static void add(ObjectNode selector, JsonNode keys, String operator, JsonNode labels) {
        for (JsonNode key : keys) {
            if (labels.has(key.asText())) {
                ObjectNode one = Trees.list(selector, "matchExpressions").addObject();
                one.put("key", key.asText()).put("operator", operator);
                one.putArray("values").add(labels.get(key.asText()));
            }
        }
    }
}
