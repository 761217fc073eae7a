package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Defaults;
import dev.glovebox.apiserver.schema.Schema;
import java.util.Objects;
import java.util.Set;

/// What is written to: a kind, in a version, through the object itself or a subresource.
///
/// @param apiVersion of the request, for example `v1`
/// @param kind for example `Pod`
/// @param subresource empty for the object itself
/// @param schema of the kind in this version
/// @param filter which fields count when they are written here
/// @param versions every `apiVersion` in which objects of this kind are served; managers in others
///   are forgotten
public record Target(
        String apiVersion,
        String kind,
        String subresource,
        Schema schema,
        FieldFilter filter,
        Set<String> versions) {
    /// Copies the versions.
    public Target {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(filter, "filter");
        versions = Set.copyOf(versions);
    }

    Shape shape() {
        return Shape.of(schema);
    }

    /// An object of this kind about which nothing was said. Not to be changed.
    public ObjectNode blank() {
        return schema.derived(Blank.class, any -> new Blank(Defaults.blank(any))).object();
    }

    private record Blank(ObjectNode object) {}

    ManagerId updater(String manager) {
        return new ManagerId(named(manager), ManagerId.UPDATE, apiVersion, subresource);
    }

    ManagerId applier(String manager) {
        return new ManagerId(named(manager), ManagerId.APPLY, "", subresource);
    }

    private static String named(String manager) {
        return manager.isEmpty() ? "unknown" : manager;
    }

    /// A kind as Kubernetes' messages name it: `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`.
    static String words(String apiVersion, String kind) {
        return (apiVersion.contains("/") ? apiVersion : "/" + apiVersion) + ", Kind=" + kind;
    }
}
