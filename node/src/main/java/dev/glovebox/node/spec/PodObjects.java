package dev.glovebox.node.spec;

import dev.glovebox.cluster.PodToken;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/// What pods take from the API beside themselves. Reads are as fresh as the API.
public interface PodObjects {
    /// A ConfigMap, or empty when there is none.
    Optional<ConfigMap> configMap(String namespace, String name);

    /// A Secret, or empty when there is none.
    Optional<Secret> secret(String namespace, String name);

    /// A new token.
    PodToken token(PodToken.Wanted wanted);
}
