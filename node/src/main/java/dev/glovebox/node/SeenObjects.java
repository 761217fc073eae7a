package dev.glovebox.node;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.PodToken;
import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What pods take from the API, each object read once however many pods have it: for one round over
/// all of them. What could not be read is asked for again. Safe for use by any thread.
final class SeenObjects implements PodObjects {
    private final PodObjects source;
    private final Map<ObjectKey, Optional<ConfigMap>> configMaps = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Optional<Secret>> secrets = new ConcurrentHashMap<>();

    SeenObjects(PodObjects source) {
        this.source = source;
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name) {
        return configMaps.computeIfAbsent(
                new ObjectKey(namespace, name), key -> source.configMap(namespace, name));
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return secrets.computeIfAbsent(
                new ObjectKey(namespace, name), key -> source.secret(namespace, name));
    }

    @Override
    public Optional<Service> service(String namespace, String name) {
        return source.service(namespace, name);
    }

    @Override
    public Collection<Service> services(String namespace) {
        return source.services(namespace);
    }

    @Override
    public PodToken token(PodToken.Wanted wanted) {
        return source.token(wanted);
    }
}
