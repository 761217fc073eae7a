package dev.glovebox.node.spec;

import dev.glovebox.cluster.PodToken;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Collection;
import java.util.Optional;

/// What pods take from the API beside themselves. Reads are as fresh as the API.
public interface PodObjects {
    /// A ConfigMap, or empty when there is none.
    Optional<ConfigMap> configMap(String namespace, String name);

    /// A Secret, or empty when there is none.
    Optional<Secret> secret(String namespace, String name);

    /// A Service, or empty when there is none.
    Optional<Service> service(String namespace, String name);

    /// All Services of a namespace.
    Collection<Service> services(String namespace);

    /// A new token.
    PodToken token(PodToken.Wanted wanted);
}
