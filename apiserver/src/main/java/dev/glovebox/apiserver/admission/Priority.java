package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Trees;
import java.util.Map;

/// Turns the name of a priority class into a number. Only Kubernetes' two own classes exist until
/// PriorityClass is served. Source: Kubernetes' admission plugin of this name.
final class Priority implements Admission {
    private static final Map<String, Integer> SYSTEM =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        ObjectNode spec = Trees.object(request.object(), "spec");
        String name = spec.path("priorityClassName").asText();
        Integer priority = name.isEmpty() ? Integer.valueOf(0) : SYSTEM.get(name);
        if (priority == null) {
            throw request.forbidden("no PriorityClass with name " + name + " was found");
        }
        if (spec.has("priority") && spec.path("priority").asInt() != priority) {
            throw request.forbidden(
                    "the integer value of priority (%d) must not be provided in pod spec; priority admission controller computed %d from the given PriorityClass name"
                            .formatted(spec.path("priority").asInt(), priority));
        }
        spec.put("priority", priority);
        Trees.orText(spec, "preemptionPolicy", "PreemptLowerPriority");
    }
}
