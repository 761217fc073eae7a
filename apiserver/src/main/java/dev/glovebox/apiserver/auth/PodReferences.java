package dev.glovebox.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a pod refers to by name in its namespace: its volumes' and variables' sources, and what
/// pulls its images.
public final class PodReferences {
    private final Set<String> found = new HashSet<>();

    private PodReferences() {}

    /// The references of a pod's spec.
    public static PodReferences of(JsonNode spec) {
        PodReferences references = new PodReferences();
        spec.path("imagePullSecrets").forEach(each -> references.add("secrets", each.path("name")));
        spec.path("volumes").forEach(references::volume);
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            spec.path(list).forEach(references::container);
        }
        return references;
    }

    boolean has(String resource, String name) {
        return found.contains(resource + "/" + name);
    }

    /// Whether it refers to any object of a resource.
    public boolean hasAny(String resource) {
        return found.stream().anyMatch(each -> each.startsWith(resource + "/"));
    }

    private void add(String resource, JsonNode name) {
        if (!name.asText().isEmpty()) {
            found.add(resource + "/" + name.asText());
        }
    }

    private void volume(JsonNode volume) {
        add("secrets", volume.path("secret").path("secretName"));
        add("configmaps", volume.path("configMap").path("name"));
        add("persistentvolumeclaims", volume.path("persistentVolumeClaim").path("claimName"));
        for (JsonNode source : volume.path("projected").path("sources")) {
            add("secrets", source.path("secret").path("name"));
            add("configmaps", source.path("configMap").path("name"));
        }
        add("secrets", volume.path("csi").path("nodePublishSecretRef").path("name"));
    }

    private void container(JsonNode container) {
        for (JsonNode source : container.path("envFrom")) {
            add("secrets", source.path("secretRef").path("name"));
            add("configmaps", source.path("configMapRef").path("name"));
        }
        for (JsonNode variable : container.path("env")) {
            add("secrets", variable.path("valueFrom").path("secretKeyRef").path("name"));
            add("configmaps", variable.path("valueFrom").path("configMapKeyRef").path("name"));
        }
    }
}
