package dev.glovebox.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.Subresource;
import java.util.List;
import java.util.function.Supplier;

/// Discovery in one answer, `apidiscovery.k8s.io` (KEP-3352).
public final class AggregatedDiscovery {
    private final Supplier<KindCatalogue> kinds;

    /// Aggregated discovery of these kinds.
    public AggregatedDiscovery(Supplier<KindCatalogue> kinds) {
        this.kinds = kinds;
    }

    /// What `/api` answers.
    ///
    /// @param version of `apidiscovery.k8s.io`: `v2` or `v2beta1`
    public ObjectNode core(String version) {
        return list(kinds.get(), version, List.of(""));
    }

    /// What `/apis` answers.
    ///
    /// @param version of `apidiscovery.k8s.io`: `v2` or `v2beta1`
    public ObjectNode groups(String version) {
        KindCatalogue now = kinds.get();
        return list(now, version, now.groups().stream().filter(group -> !group.isEmpty()).toList());
    }

    private static ObjectNode list(KindCatalogue kinds, String version, List<String> groups) {
        ObjectNode list =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("kind", "APIGroupDiscoveryList")
                        .put("apiVersion", "apidiscovery.k8s.io/" + version);
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (String group : groups) {
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata");
            if (!group.isEmpty()) {
                metadata.put("name", group);
            }
            ArrayNode versions = item.putArray("versions");
            kinds.versions(group)
                    .forEach(each -> version(kinds, versions.addObject(), group, each));
        }
        return list;
    }

    private static void version(
            KindCatalogue kinds, ObjectNode node, String group, String version) {
        node.put("version", version);
        ArrayNode resources = node.putArray("resources");
        Discovery.of(kinds, group, version).forEach(kind -> resource(resources.addObject(), kind));
        node.put("freshness", "Current");
    }

    private static void resource(ObjectNode node, Kind kind) {
        node.put("resource", kind.names().plural());
        responseKind(node, "", kind.names().kind(), "");
        node.put("scope", kind.namespaced() ? "Namespaced" : "Cluster")
                .put("singularResource", kind.names().singular());
        Discovery.words(node, "verbs", kind.verbs());
        if (!kind.names().shortNames().isEmpty()) {
            Discovery.words(node, "shortNames", kind.names().shortNames());
        }
        if (!kind.names().categories().isEmpty()) {
            Discovery.words(node, "categories", kind.names().categories());
        }
        if (!kind.subresources().isEmpty()) {
            ArrayNode subresources = node.putArray("subresources");
            kind.subresources().forEach(each -> subresource(subresources.addObject(), kind, each));
        }
    }

    private static void subresource(ObjectNode node, Kind kind, Subresource subresource) {
        boolean foreign = !subresource.group().equals(kind.group());
        node.put("subresource", subresource.name());
        responseKind(
                node,
                foreign ? subresource.group() : "",
                subresource.kind(),
                foreign ? subresource.version() : "");
        Discovery.words(node, "verbs", subresource.verbs());
    }

    /// Group and version are empty where they are those of the answer around it.
    private static void responseKind(ObjectNode node, String group, String kind, String version) {
        node.putObject("responseKind")
                .put("group", group)
                .put("version", version)
                .put("kind", kind);
    }
}
