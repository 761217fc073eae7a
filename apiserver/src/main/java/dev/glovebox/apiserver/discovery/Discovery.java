package dev.glovebox.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.Subresource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Discovery group by group: `/api`, `/apis`, and the resources of each group and version.
public final class Discovery {
    private final Supplier<KindCatalogue> kinds;

    /// Discovery of these kinds.
    public Discovery(Supplier<KindCatalogue> kinds) {
        this.kinds = kinds;
    }

    /// `/api`.
    ///
    /// @param address host and port of this server
    public ObjectNode coreVersions(String address) {
        ObjectNode versions = JsonNodeFactory.instance.objectNode().put("kind", "APIVersions");
        kinds.get().versions("").forEach(versions.putArray("versions")::add);
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", address);
        return versions;
    }

    /// `/apis`.
    public ObjectNode groups() {
        ObjectNode list =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("kind", "APIGroupList")
                        .put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        KindCatalogue now = kinds.get();
        now.groups().stream()
                .filter(group -> !group.isEmpty())
                .forEach(group -> fill(now, groups.addObject(), group));
        return list;
    }

    /// `/apis/GROUP`; empty if it is not served.
    public Optional<ObjectNode> group(String group) {
        KindCatalogue now = kinds.get();
        if (group.isEmpty() || now.versions(group).isEmpty()) {
            return Optional.empty();
        }
        ObjectNode answer =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("kind", "APIGroup")
                        .put("apiVersion", "v1");
        return Optional.of(fill(now, answer, group));
    }

    /// `/api/v1` or `/apis/GROUP/VERSION`; empty if it is not served.
    ///
    /// @param group empty for core
    public Optional<ObjectNode> resources(String group, String version) {
        KindCatalogue now = kinds.get();
        if (!now.versions(group).contains(version)) {
            return Optional.empty();
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("kind", "APIResourceList");
        if (!group.isEmpty()) {
            list.put("apiVersion", "v1");
        }
        list.put("groupVersion", groupVersion(group, version));
        ArrayNode resources = list.putArray("resources");
        for (Kind kind : of(now, group, version)) {
            resource(resources.addObject(), kind);
            for (Subresource subresource : kind.subresources()) {
                subresource(resources.addObject(), kind, subresource);
            }
        }
        return Optional.of(list);
    }

    static List<Kind> of(KindCatalogue kinds, String group, String version) {
        return kinds.kinds().stream()
                .filter(kind -> kind.group().equals(group) && kind.versions().contains(version))
                .toList();
    }

    private static String groupVersion(String group, String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    private static ObjectNode fill(KindCatalogue kinds, ObjectNode answer, String group) {
        answer.put("name", group);
        ArrayNode versions = answer.putArray("versions");
        kinds.versions(group).forEach(version -> name(versions.addObject(), group, version));
        name(answer.putObject("preferredVersion"), group, kinds.versions(group).getFirst());
        return answer;
    }

    private static void name(ObjectNode node, String group, String version) {
        node.put("groupVersion", groupVersion(group, version)).put("version", version);
    }

    private static void resource(ObjectNode node, Kind kind) {
        node.put("name", kind.names().plural())
                .put("singularName", kind.names().singular())
                .put("namespaced", kind.namespaced())
                .put("kind", kind.names().kind());
        words(node, "verbs", kind.verbs());
        if (!kind.names().shortNames().isEmpty()) {
            words(node, "shortNames", kind.names().shortNames());
        }
        if (!kind.names().categories().isEmpty()) {
            words(node, "categories", kind.names().categories());
        }
    }

    private static void subresource(ObjectNode node, Kind kind, Subresource subresource) {
        node.put("name", kind.names().plural() + "/" + subresource.name())
                .put("singularName", "")
                .put("namespaced", kind.namespaced());
        if (!subresource.group().equals(kind.group())) {
            node.put("group", subresource.group()).put("version", subresource.version());
        }
        node.put("kind", subresource.kind());
        words(node, "verbs", subresource.verbs());
    }

    static void words(ObjectNode node, String field, List<String> words) {
        ArrayNode list = node.putArray(field);
        words.forEach(list::add);
    }
}
