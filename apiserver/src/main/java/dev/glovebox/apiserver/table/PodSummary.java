package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/// A pod in a word. Source: what `kubectl get pods` has always said of the same status.
///
/// @param reason for example `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`
/// @param lastRestart time of the last restart, empty for none
record PodSummary(int ready, int total, String reason, int restarts, String lastRestart) {
    static PodSummary of(JsonNode pod) {
        return new Reader(pod).read();
    }

    private static final class Reader {
        private final JsonNode pod;
        private final JsonNode status;
        private final Set<String> sidecars = new HashSet<>();
        private int total;
        private int ready;
        private int restarts;
        private String lastRestart = "";
        private int sidecarRestarts;
        private String sidecarRestart = "";
        private String reason;

        Reader(JsonNode pod) {
            this.pod = pod;
            this.status = pod.path("status");
            this.total = pod.path("spec").path("containers").size();
            String given = status.path("reason").asText();
            this.reason = given.isEmpty() ? status.path("phase").asText() : given;
            for (JsonNode container : pod.path("spec").path("initContainers")) {
                if (container.path("restartPolicy").asText().equals("Always")) {
                    sidecars.add(container.path("name").asText());
                    total++;
                }
            }
        }

        PodSummary read() {
            if (condition("PodScheduled", "reason").equals("SchedulingGated")) {
                reason = "SchedulingGated";
            }
            boolean initialising = init();
            if (!initialising || conditionTrue("Initialized")) {
                containers();
            }
            deleted();
            return new PodSummary(ready, total, reason, restarts, lastRestart);
        }

        private boolean init() {
            JsonNode containers = status.path("initContainerStatuses");
            for (int i = 0; i < containers.size(); i++) {
                JsonNode container = containers.get(i);
                restarted(container);
                boolean sidecar = sidecars.contains(container.path("name").asText());
                if (sidecar) {
                    sidecarRestarts += container.path("restartCount").asInt();
                    sidecarRestart = later(sidecarRestart, container);
                }
                JsonNode state = container.path("state");
                if (state.path("terminated").isObject()
                        && state.path("terminated").path("exitCode").asInt() == 0) {
                    continue;
                }
                if (sidecar && container.path("started").asBoolean()) {
                    ready += container.path("ready").asBoolean() ? 1 : 0;
                    continue;
                }
                reason = "Init:" + initReason(state, i);
                return true;
            }
            return false;
        }

        private String initReason(JsonNode state, int index) {
            JsonNode terminated = state.path("terminated");
            if (terminated.isObject()) {
                return ended(terminated);
            }
            String waiting = state.path("waiting").path("reason").asText();
            return waiting.isEmpty() || waiting.equals("PodInitializing")
                    ? index + "/" + pod.path("spec").path("initContainers").size()
                    : waiting;
        }

        private void containers() {
            restarts = sidecarRestarts;
            lastRestart = sidecarRestart;
            boolean running = false;
            JsonNode containers = status.path("containerStatuses");
            for (int i = containers.size() - 1; i >= 0; i--) {
                JsonNode container = containers.get(i);
                restarted(container);
                JsonNode state = container.path("state");
                String waiting = state.path("waiting").path("reason").asText();
                if (!waiting.isEmpty()) {
                    reason = waiting;
                } else if (state.path("terminated").isObject()) {
                    reason = ended(state.path("terminated"));
                } else if (container.path("ready").asBoolean()
                        && state.path("running").isObject()) {
                    running = true;
                    ready++;
                }
            }
            if (reason.equals("Completed") && running) {
                reason = conditionTrue("Ready") ? "Running" : "NotReady";
            }
        }

        private void restarted(JsonNode container) {
            restarts += container.path("restartCount").asInt();
            lastRestart = later(lastRestart, container);
        }

        private static String later(String time, JsonNode container) {
            JsonNode end = container.path("lastState").path("terminated").path("finishedAt");
            String ended = end.isTextual() ? end.asText() : "";
            return ended.compareTo(time) > 0 ? ended : time;
        }

        private void deleted() {
            if (!pod.path("metadata").has("deletionTimestamp")) {
                return;
            }
            String phase = status.path("phase").asText();
            if (status.path("reason").asText().equals("NodeLost")) {
                reason = "Unknown";
            } else if (!phase.equals("Failed") && !phase.equals("Succeeded")) {
                reason = "Terminating";
            }
        }

        private static String ended(JsonNode terminated) {
            String given = terminated.path("reason").asText();
            if (!given.isEmpty()) {
                return given;
            }
            int signal = terminated.path("signal").asInt();
            return signal == 0
                    ? "ExitCode:" + terminated.path("exitCode").asInt()
                    : "Signal:" + signal;
        }

        private boolean conditionTrue(String type) {
            return condition(type, "status").equals("True");
        }

        private String condition(String type, String field) {
            for (JsonNode condition : status.path("conditions")) {
                if (condition.path("type").asText().equals(type)) {
                    return condition.path(field).asText();
                }
            }
            return "";
        }
    }
}
