package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.glovebox.apiserver.kinds.Trees;
import java.util.List;

/// A pod stays five minutes on a node that does not answer, unless it says otherwise. Source:
/// Kubernetes' admission plugin of this name.
final class DefaultTolerationSeconds implements Admission {
    private static final int SECONDS = 300;
    private static final List<String> TAINTS =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.creates("pods") && !request.updates("pods")) {
            return;
        }
        ArrayNode tolerations = Trees.list(Trees.object(request.object(), "spec"), "tolerations");
        for (String taint : TAINTS) {
            if (!tolerated(tolerations, taint)) {
                tolerations
                        .addObject()
                        .put("effect", "NoExecute")
                        .put("key", taint)
                        .put("operator", "Exists")
                        .put("tolerationSeconds", SECONDS);
            }
        }
    }

    private static boolean tolerated(ArrayNode tolerations, String taint) {
        for (JsonNode toleration : tolerations) {
            String key = toleration.path("key").asText();
            String effect = toleration.path("effect").asText();
            boolean any = effect.isEmpty() || effect.equals("NoExecute");
            if (any && (key.isEmpty() || key.equals(taint))) {
                return true;
            }
        }
        return false;
    }
}
