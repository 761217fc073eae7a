package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Defaults;
import dev.glovebox.apiserver.schema.Schema;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One kind of object that the API serves. Everything that the API does with objects of a kind it
/// reads from here; no handler is written for one kind alone.
///
/// @param group API group, empty for core
/// @param versions served versions of one shape, the preferred one first; versions of other shapes
///   are kinds beside this one, whose objects are the same
/// @param names what the kind is called
/// @param namespaced whether its objects live in namespaces
/// @param verbs discovery's verbs: `create`, `delete`, `deletecollection`, ...
/// @param subresources what hangs below one object, sorted by name
/// @param schema its schema, for example of name `io.k8s.api.core.v1.Pod`
/// @param strategy what no schema says
public record Kind(
        String group,
        List<String> versions,
        KindNames names,
        boolean namespaced,
        List<String> verbs,
        List<Subresource> subresources,
        Schema schema,
        Strategy strategy) {
    /// Copies the lists.
    public Kind {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(names, "names");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(strategy, "strategy");
        versions = List.copyOf(versions);
        verbs = List.copyOf(verbs);
        subresources = List.copyOf(subresources);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("kind without a version: " + names.kind());
        }
    }

    /// The preferred version.
    public String version() {
        return versions.getFirst();
    }

    /// `apiVersion` of objects in a version: `v1` or `node.k8s.io/v1beta1`.
    public String apiVersion(String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// `apiVersion` of objects in the preferred version.
    public String apiVersion() {
        return apiVersion(version());
    }

    /// `pods`, or `runtimeclasses.node.k8s.io`: the resource as messages name it.
    public String resource() {
        return group.isEmpty() ? names.plural() : names.plural() + "." + group;
    }

    /// `Pod`, or `RuntimeClass.node.k8s.io`: the kind as messages name it.
    public String qualifiedKind() {
        return group.isEmpty() ? names.kind() : names.kind() + "." + group;
    }

    /// Group of the kind that keeps the objects, which errors about their fields name: its own, but
    /// for an [Alias], core.
    public String keepingGroup() {
        return strategy.alias().isPresent() ? "" : group;
    }

    /// Fills in the defaults of an object of this kind.
    public void applyDefaults(ObjectNode object) {
        Defaults.apply(schema, object);
        strategy.applyDefaults(object);
        Defaults.apply(schema, object);
    }

    /// The subresource of that name, for example `status`.
    public Optional<Subresource> subresource(String name) {
        return subresources.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
