package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.AppArmorAnnotation;
import java.util.List;
import java.util.Optional;

/// The old way to name a container's AppArmor profile: an annotation of its pod. What it says
/// becomes the container's field, unless that says something itself, or the pod's says the same.
/// Source: KEP-24.
final class ArmourAnnotations {
    private static final String FIELD = "appArmorProfile";
    private static final String CONTEXT = "securityContext";

    private ArmourAnnotations() {}

    /// Fills in the fields of a new pod.
    static void apply(JsonNode pod) {
        JsonNode spec = pod.path("spec");
        if (spec.path("os").path("name").asText().equals("windows")) {
            return;
        }
        JsonNode pods = spec.path(CONTEXT).path(FIELD);
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (ObjectNode container : Trees.objects(spec.path(list))) {
                Optional<ObjectNode> told =
                        AppArmorAnnotation.of(pod, container)
                                .flatMap(AppArmorAnnotation::profile)
                                .filter(profile -> !profile.equals(pods));
                if (told.isPresent() && !container.path(CONTEXT).has(FIELD)) {
                    Trees.object(container, CONTEXT).set(FIELD, told.get());
                }
            }
        }
    }
}
