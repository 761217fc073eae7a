package dev.glovebox.node;

import dev.glovebox.model.ApiException;
import dev.glovebox.node.pull.Keyring;
import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the Secrets that a pod names for its images, as fresh as the API has them. Which of them
/// cannot be read is told by an event; the others are used all the same.
record PullSecrets(PodObjects objects, PodEvents events) {
    private static final Logger LOG = LoggerFactory.getLogger(PullSecrets.class);

    Keyring of(Pod pod) {
        Keyring keyring = new Keyring();
        List<String> failed = new ArrayList<>();
        for (String name : names(pod)) {
            Optional<Secret> secret = read(pod.getMetadata().getNamespace(), name);
            if (secret.isEmpty() || !keyring.add(secret.get())) {
                failed.add(name);
            }
        }
        if (!failed.isEmpty()) {
            events.warning(
                    pod,
                    "",
                    "FailedToRetrieveImagePullSecret",
                    "Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed."
                            .formatted(String.join(", ", failed)));
        }
        return keyring;
    }

    private static Set<String> names(Pod pod) {
        List<LocalObjectReference> references = pod.getSpec().getImagePullSecrets();
        Set<String> names = new LinkedHashSet<>();
        for (LocalObjectReference each :
                references == null ? List.<LocalObjectReference>of() : references) {
            if (each.getName() != null && !each.getName().isEmpty()) {
                names.add(each.getName());
            }
        }
        return names;
    }

    private Optional<Secret> read(String namespace, String name) {
        try {
            return objects.secret(namespace, name);
        } catch (ApiException e) {
            LOG.atWarn()
                    .addKeyValue("secret", namespace + "/" + name)
                    .addKeyValue("cause", e.getMessage())
                    .log("a Secret for pulling images could not be read");
            return Optional.empty();
        }
    }
}
