package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rules about AppArmor profiles that a pod's annotations name.
final class AppArmorRules {
    private static final String TYPE = "type";
    private static final String LOCAL = "localhostProfile";

    private AppArmorRules() {}

    /// Rules about the annotations of a pod, or of a template of pods.
    ///
    /// @param metadata where the annotations are; Kubernetes leaves out a step of it in templates
    static void annotations(JsonNode pod, Path metadata, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            pod.path("spec").path(list).forEach(each -> names.add(each.path("name").asText()));
        }
        JsonNode annotations = pod.path("metadata").path("annotations");
        for (Map.Entry<String, JsonNode> each : annotations.properties()) {
            if (!each.getKey().startsWith(AppArmorAnnotation.PREFIX)) {
                continue;
            }
            Path at = metadata.field("annotations").key(each.getKey());
            String name = each.getKey().substring(AppArmorAnnotation.PREFIX.length());
            if (!names.contains(name)) {
                errors.invalid(at, name, "container not found");
            }
            String value = each.getValue().asText();
            if (!value.isEmpty() && !AppArmorAnnotation.isWellFormed(value)) {
                errors.invalid(at, value, "invalid AppArmor profile name: \"" + value + "\"");
            }
        }
    }

    /// A new pod's annotations do not contradict its fields.
    static void agree(JsonNode pod, Path spec, FieldErrors errors) {
        if (pod.path("spec").path("os").path("name").asText().equals("windows")) {
            return;
        }
        JsonNode pods = pod.path("spec").path("securityContext").path("appArmorProfile");
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            JsonNode containers = pod.path("spec").path(list);
            for (int i = 0; i < containers.size(); i++) {
                JsonNode own = containers.get(i).path("securityContext").path("appArmorProfile");
                Path at = spec.field(list).index(i).field("securityContext");
                AppArmorAnnotation.of(pod, containers.get(i))
                        .ifPresent(told ->
                                agree(
                                        told,
                                        own.isMissingNode() ? pods : own,
                                        at.field("appArmorProfile"),
                                        errors));
            }
        }
    }

    private static void agree(
            AppArmorAnnotation told, JsonNode profile, Path at, FieldErrors errors) {
        if (profile.isMissingNode()) {
            return;
        }
        String type = told.profile().map(p -> p.path(TYPE).asText()).orElse("");
        if (!type.equals(profile.path(TYPE).asText())) {
            errors.forbidden(at.field(TYPE), "apparmor type in annotation and field must match");
        } else if (!told.profile().filter(profile::equals).isPresent()) {
            errors.forbidden(
                    at.field(LOCAL), "apparmor profile in annotation and field must match");
        }
    }
}
