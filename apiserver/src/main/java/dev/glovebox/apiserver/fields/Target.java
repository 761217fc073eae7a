package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Defaults;
import dev.glovebox.apiserver.schema.Schema;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What is written to: a kind, in a version, through the object itself or a subresource.
///
/// @param apiVersion of the request, for example `v1`
/// @param kind for example `Pod`
/// @param subresource empty for the object itself
/// @param schema of the kind in this version
/// @param filter which fields count when they are written here
/// @param versions every `apiVersion` in which objects of this kind can be had; managers in others
///   are forgotten
/// @param translation between the versions; empty where an object is the same in all
public record Target(
        String apiVersion,
        String kind,
        String subresource,
        Schema schema,
        FieldFilter filter,
        Set<String> versions,
        Optional<Translation> translation) {
    /// Copies the versions.
    public Target {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(translation, "translation");
        versions = Set.copyOf(versions);
    }

    /// A kind whose objects are the same in all versions.
    public Target(
            String apiVersion,
            String kind,
            String subresource,
            Schema schema,
            FieldFilter filter,
            Set<String> versions) {
        this(apiVersion, kind, subresource, schema, filter, versions, Optional.empty());
    }

    /// The version in whose terms fields of that one are looked at.
    String shownIn(String version) {
        return translation.isEmpty() ? apiVersion : version;
    }

    /// How fields are owned in one of the versions.
    Shape shape(String version) {
        return translation.isEmpty() || version.equals(apiVersion)
                ? shape()
                : Shape.of(translation.get().schema(version));
    }

    /// An object in one of the versions; the given one where it is in that already.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be had, or does not fit its schema
    ObjectNode in(String version, ObjectNode object) {
        String given = object.path("apiVersion").asText();
        // An object about which nothing was said has no version either.
        if (translation.isEmpty() || given.isEmpty() || given.equals(version)) {
            return object;
        }
        ObjectNode translated = translation.get().in(version, object);
        String errors = TypeCheck.errors(shape(version), translated);
        if (!errors.isEmpty()) {
            throw Application.failed(errors);
        }
        return translated;
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
