package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/// Warnings of annotations by which pods asked for what has fields by now: seccomp's have no effect
/// any more, AppArmor's are old.
///
/// @param pod or a template of pods
/// @param at where its metadata is
/// @param of what it is: the annotations of a new pod are fields by now, as far as they can be.
///   kube-apiserver is silent about one whose field the client gave as well; here nobody can tell
record AnnotationWarnings(JsonNode pod, Path at, Of of) {
    private static final String SECCOMP_OF_POD = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String SECCOMP = "container.seccomp.security.alpha.kubernetes.io/";
    private static final String SECCOMP_FIELD = "seccompProfile";

    /// What has annotations.
    enum Of {
        POD,
        TEMPLATE
    }

    void addTo(List<String> warnings) {
        JsonNode pods = pod.path("spec").path("securityContext");
        if (!pods.has(SECCOMP_FIELD)) {
            seccomp(SECCOMP_OF_POD, warnings);
        }
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (JsonNode container : pod.path("spec").path(list)) {
                JsonNode own = container.path("securityContext");
                if (!own.has(SECCOMP_FIELD)) {
                    seccomp(SECCOMP + container.path("name").asText(), warnings);
                }
                armour(container, pods.path("appArmorProfile"), warnings);
            }
        }
    }

    private void seccomp(String key, List<String> warnings) {
        if (pod.path("metadata").path("annotations").has(key)) {
            warnings.add(
                    "%s: non-functional in v1.27+; use the \"seccompProfile\" field instead"
                            .formatted(at.field("annotations").key(key)));
        }
    }

    private void armour(JsonNode container, JsonNode pods, List<String> warnings) {
        JsonNode own = container.path("securityContext").path("appArmorProfile");
        Optional<AppArmorAnnotation> told = AppArmorAnnotation.of(pod, container);
        if (told.isEmpty()) {
            return;
        }
        Optional<ObjectNode> profile = told.get().profile();
        boolean worked = of == Of.POD && profile.filter(own::equals).isPresent();
        boolean useless = own.isMissingNode() && profile.filter(pods::equals).isEmpty();
        if (worked || useless) {
            warnings.add(
                    "%s: deprecated since v1.30; use the \"appArmorProfile\" field instead"
                            .formatted(at.field("annotations").key(told.get().key())));
        }
    }
}
