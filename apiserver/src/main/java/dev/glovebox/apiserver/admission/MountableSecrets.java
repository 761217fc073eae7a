package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.PodReferences;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Holds a pod to the secrets that its service account lists, where the account asks for it.
final class MountableSecrets {
    private static final String ANNOTATION = "kubernetes.io/enforce-mountable-secrets";

    /// Go's words for true.
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

    private static final Map<String, String> LISTS =
            Map.of(
                    "initContainers", "init container",
                    "containers", "container",
                    "ephemeralContainers", "ephemeral container");

    private final Set<String> allowed;
    private final String account;
    private final AdmissionRequest request;

    private MountableSecrets(ObjectNode account, AdmissionRequest request) {
        this.allowed = names(account.path("secrets"));
        this.account = account.path("metadata").path("name").asText();
        this.request = request;
    }

    /// Whether a pod refers to a secret at all.
    static boolean refersToAny(JsonNode spec) {
        return PodReferences.of(spec).hasAny("secrets");
    }

    /// Refuses a new pod, or new debugging containers, that refer to others.
    static void check(ObjectNode account, AdmissionRequest request) {
        JsonNode asked = account.path("metadata").path("annotations").path(ANNOTATION);
        if (!TRUE.contains(asked.asText())) {
            return;
        }
        MountableSecrets secrets = new MountableSecrets(account, request);
        if (request.operation() == Operation.CREATE) {
            secrets.pod(names(account.path("imagePullSecrets")));
        } else {
            secrets.containers("ephemeralContainers");
        }
    }

    private void pod(Set<String> pulling) {
        JsonNode spec = request.object().path("spec");
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.has("secret")) {
                String name = volume.path("secret").path("secretName").asText();
                check(name, "volume with secret.secretName=\"%s\"".formatted(name));
            }
        }
        containers("initContainers");
        containers("containers");
        int index = 0;
        for (JsonNode reference : spec.path("imagePullSecrets")) {
            String name = reference.path("name").asText();
            if (!pulling.contains(name)) {
                throw request.forbidden(
                        "imagePullSecrets[%d].name=\"%s\" is not allowed because service account %s does not reference that imagePullSecret"
                                .formatted(index, name, account));
            }
            index++;
        }
    }

    private void containers(String list) {
        for (JsonNode container : request.object().path("spec").path(list)) {
            String place = LISTS.get(list) + " " + container.path("name").asText();
            for (JsonNode variable : container.path("env")) {
                JsonNode reference = variable.path("valueFrom").path("secretKeyRef");
                if (reference.isObject()) {
                    String name = reference.path("name").asText();
                    check(
                            name,
                            "%s with envVar %s referencing secret.secretName=\"%s\""
                                    .formatted(place, variable.path("name").asText(), name));
                }
            }
            for (JsonNode source : container.path("envFrom")) {
                if (source.has("secretRef")) {
                    String name = source.path("secretRef").path("name").asText();
                    check(
                            name,
                            "%s with envFrom referencing secret.secretName=\"%s\""
                                    .formatted(place, name));
                }
            }
        }
    }

    private void check(String name, String words) {
        if (!allowed.contains(name)) {
            throw request.forbidden(
                    "%s is not allowed because service account %s does not reference that secret"
                            .formatted(words, account));
        }
    }

    private static Set<String> names(JsonNode references) {
        Set<String> names = new HashSet<>();
        references.forEach(each -> names.add(each.path("name").asText()));
        return names;
    }
}
