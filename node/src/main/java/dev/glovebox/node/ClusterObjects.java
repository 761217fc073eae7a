package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.PodToken;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.node.services.ClusterServices;
import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Collection;
import java.util.Optional;

/// What pods take from the API, as the node's identity may read it.
record ClusterObjects(Cluster cluster) implements PodObjects {
    @Override
    public Optional<ConfigMap> configMap(String namespace, String name) {
        return cluster.get(Resource.CONFIG_MAPS, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return cluster.get(Resource.SECRETS, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<Service> service(String namespace, String name) {
        return cluster.get(ClusterServices.SERVICES, new ObjectKey(namespace, name));
    }

    @Override
    public Collection<Service> services(String namespace) {
        return cluster.list(ClusterServices.SERVICES, Scope.namespace(namespace)).items();
    }

    @Override
    public PodToken token(PodToken.Wanted wanted) {
        return cluster.requestToken(wanted);
    }
}
