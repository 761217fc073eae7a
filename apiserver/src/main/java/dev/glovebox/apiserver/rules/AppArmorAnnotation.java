package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/// What a pod's annotation says of the AppArmor profile of one of its containers.
///
/// @param key of the annotation
/// @param value for example `localhost/mine`
public record AppArmorAnnotation(String key, String value) {
    static final String PREFIX = "container.apparmor.security.beta.kubernetes.io/";
    private static final String UNCONFINED = "unconfined";
    private static final String DEFAULT = "runtime/default";
    private static final String LOCALHOST = "localhost/";
    private static final String TYPE = "type";

    /// What a pod, or a template of pods, says of a container; empty where it says nothing.
    public static Optional<AppArmorAnnotation> of(JsonNode pod, JsonNode container) {
        String key = PREFIX + container.path("name").asText();
        JsonNode value = pod.path("metadata").path("annotations").path(key);
        return value.isTextual()
                ? Optional.of(new AppArmorAnnotation(key, value.asText()))
                : Optional.empty();
    }

    /// Whether a value is of a kind that there is.
    static boolean isWellFormed(String value) {
        return value.equals(UNCONFINED) || value.equals(DEFAULT) || value.startsWith(LOCALHOST);
    }

    /// The same as a field has it; empty where no field could.
    public Optional<ObjectNode> profile() {
        ObjectNode profile = JsonNodeFactory.instance.objectNode();
        switch (value) {
            case UNCONFINED -> profile.put(TYPE, "Unconfined");
            case DEFAULT -> profile.put(TYPE, "RuntimeDefault");
            default -> {
                String name =
                        value.startsWith(LOCALHOST) ? value.substring(LOCALHOST.length()) : "";
                if (!SecurityRules.isProfile(name)) {
                    return Optional.empty();
                }
                profile.put(TYPE, "Localhost").put("localhostProfile", name);
            }
        }
        return Optional.of(profile);
    }
}
