package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;

/// Rows of pods.
record PodPrinter(Ages ages) implements Printer {
    @Override
    public void print(JsonNode pod, Row row) {
        PodSummary summary = PodSummary.of(pod);
        JsonNode status = pod.path("status");
        String ip = status.path("podIPs").path(0).path("ip").asText();
        row.texts(
                pod.path("metadata").path("name").asText(),
                summary.ready() + "/" + summary.total(),
                summary.reason(),
                restarts(summary),
                ages.of(pod),
                orNone(ip),
                orNone(pod.path("spec").path("nodeName").asText()),
                orNone(status.path("nominatedNodeName").asText()),
                gates(pod));
    }

    private String restarts(PodSummary summary) {
        String count = Integer.toString(summary.restarts());
        return summary.restarts() == 0 || summary.lastRestart().isEmpty()
                ? count
                : count + " (" + ages.since(summary.lastRestart()) + " ago)";
    }

    private static String gates(JsonNode pod) {
        JsonNode gates = pod.path("spec").path("readinessGates");
        if (gates.isEmpty()) {
            return "<none>";
        }
        int open = 0;
        for (JsonNode gate : gates) {
            for (JsonNode condition : pod.path("status").path("conditions")) {
                boolean same = condition.path("type").equals(gate.path("conditionType"));
                open += same && condition.path("status").asText().equals("True") ? 1 : 0;
            }
        }
        return open + "/" + gates.size();
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }
}
