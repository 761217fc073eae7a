package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Trees;

/// Keeps pods from a new node until the node lifecycle controller has seen that it is ready: what
/// makes the node may say of itself what it likes. Source: Kubernetes' `TaintNodesByCondition`.
final class TaintNodesByCondition implements Admission {
    private static final String KEY = "node.kubernetes.io/not-ready";
    private static final String EFFECT = "NoSchedule";

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.creates("nodes")) {
            return;
        }
        ObjectNode spec = Trees.object(request.object(), "spec");
        for (JsonNode taint : spec.path("taints")) {
            if (taint.path("key").asText().equals(KEY)
                    && taint.path("effect").asText().equals(EFFECT)) {
                return;
            }
        }
        Trees.list(spec, "taints").addObject().put("effect", EFFECT).put("key", KEY);
    }
}
