package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Trees;

/// Puts finalizers on new volumes and claims, which controllers take away when nobody uses them.
/// Source: Kubernetes' admission plugin of this name.
final class StorageObjectInUseProtection implements Admission {
    @Override
    public void admit(AdmissionRequest request) {
        if (request.creates("persistentvolumes")) {
            hold(request.object(), "kubernetes.io/pv-protection");
        } else if (request.creates("persistentvolumeclaims")) {
            hold(request.object(), "kubernetes.io/pvc-protection");
        }
    }

    private static void hold(ObjectNode object, String finalizer) {
        ArrayNode finalizers = Trees.list(Trees.object(object, "metadata"), "finalizers");
        for (JsonNode each : finalizers) {
            if (each.asText().equals(finalizer)) {
                return;
            }
        }
        finalizers.add(finalizer);
    }
}
