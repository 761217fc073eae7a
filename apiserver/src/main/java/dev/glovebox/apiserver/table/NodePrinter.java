package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Rows of nodes.
record NodePrinter(Ages ages) implements Printer {
    private static final String ROLE = "node-role.kubernetes.io/";

    @Override
    public void print(JsonNode node, Row row) {
        JsonNode info = node.path("status").path("nodeInfo");
        row.texts(
                node.path("metadata").path("name").asText(),
                status(node),
                roles(node.path("metadata").path("labels")),
                ages.of(node),
                info.path("kubeletVersion").asText(),
                address(node, "InternalIP"),
                address(node, "ExternalIP"),
                orUnknown(info.path("osImage").asText()),
                orUnknown(info.path("kernelVersion").asText()),
                orUnknown(info.path("containerRuntimeVersion").asText()));
    }

    private static String status(JsonNode node) {
        List<String> words = new ArrayList<>();
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                words.add(condition.path("status").asText().equals("True") ? "Ready" : "NotReady");
            }
        }
        if (words.isEmpty()) {
            words.add("Unknown");
        }
        if (node.path("spec").path("unschedulable").asBoolean()) {
            words.add("SchedulingDisabled");
        }
        return String.join(",", words);
    }

    private static String roles(JsonNode labels) {
        TreeSet<String> roles = new TreeSet<>();
        labels.properties()
                .forEach(label -> {
                    String key = label.getKey();
                    if (key.startsWith(ROLE) && key.length() > ROLE.length()) {
                        roles.add(key.substring(ROLE.length()));
                    } else if (key.equals("kubernetes.io/role")) {
                        roles.add(label.getValue().asText());
                    }
                });
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static String address(JsonNode node, String type) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asText().equals(type)) {
                return address.path("address").asText();
            }
        }
        return "<none>";
    }

    private static String orUnknown(String text) {
        return text.isEmpty() ? "<unknown>" : text;
    }
}
