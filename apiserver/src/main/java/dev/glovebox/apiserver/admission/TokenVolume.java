package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.GeneratedNames;
import dev.glovebox.apiserver.kinds.Trees;
import java.util.List;

/// The volume by which a pod finds the API and proves itself to it: a token, the certificate of who
/// signed the API's, and the name of the namespace.
final class TokenVolume {
    private static final String PREFIX = "kube-api-access-";
    private static final String PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final int MODE = 0644;

    /// An hour and some seconds, by which others tell that nobody asked for a life of its own.
    private static final int SECONDS = 3607;

    private TokenVolume() {}

    /// Mounts it in every container that has nothing else at its place.
    static void mount(ObjectNode spec) {
        String name = name(spec);
        boolean needed = false;
        for (String list : List.of("initContainers", "containers")) {
            for (ObjectNode container : Trees.objects(spec.path(list))) {
                if (!isTaken(container.path("volumeMounts"))) {
                    Trees.list(container, "volumeMounts")
                            .addObject()
                            .put("name", name)
                            .put("readOnly", true)
                            .put("mountPath", PATH);
                    needed = true;
                }
            }
        }
        if (needed && !isThere(spec, name)) {
            volume(Trees.list(spec, "volumes").addObject().put("name", name));
        }
    }

    /// The pod's own volume of such a name serves as well.
    private static String name(ObjectNode spec) {
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.path("name").asText().startsWith(PREFIX)) {
                return volume.path("name").asText();
            }
        }
        return GeneratedNames.after(PREFIX);
    }

    private static boolean isThere(ObjectNode spec, String name) {
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTaken(JsonNode mounts) {
        for (JsonNode mount : mounts) {
            if (mount.path("mountPath").asText().equals(PATH)) {
                return true;
            }
        }
        return false;
    }

    private static void volume(ObjectNode volume) {
        ObjectNode projected = volume.putObject("projected").put("defaultMode", MODE);
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", SECONDS)
                .put("path", "token");
        ObjectNode certificate =
                sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        certificate.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode namespace = sources.addObject().putObject("downwardAPI");
        namespace
                .putArray("items")
                .addObject()
                .put("path", "namespace")
                .putObject("fieldRef")
                .put("apiVersion", "v1")
                .put("fieldPath", "metadata.namespace");
    }
}
