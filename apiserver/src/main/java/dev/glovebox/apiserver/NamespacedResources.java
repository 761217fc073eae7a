package dev.glovebox.apiserver;

import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;

/// What may lie in a namespace: for whoever has to empty one.
public final class NamespacedResources {
    private NamespacedResources() {}

    /// Every resource whose objects live in namespaces and can be listed and deleted, once.
    public static List<Resource<?>> of(KindCatalogue kinds) {
        return kinds.resources().stream()
                .filter(Kind::namespaced)
                .filter(kind -> kind.verbs().containsAll(List.of("list", "delete")))
                .filter(kind -> kind.strategy().alias().isEmpty())
                .<Resource<?>>map(kind ->
                        new Resource<>(
                                kind.group(),
                                kind.version(),
                                kind.names().plural(),
                                true,
                                GenericKubernetesResource.class))
                .toList();
    }
}
