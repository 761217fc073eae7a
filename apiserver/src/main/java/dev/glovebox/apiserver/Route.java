package dev.glovebox.apiserver;

import dev.glovebox.apiserver.admission.ObjectPlace;
import dev.glovebox.apiserver.kinds.Alias;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a path names.
///
/// @param version of the kind, for example `v1`
/// @param namespace empty for none, or for all
/// @param name empty for a collection
/// @param subresource empty for the object itself
/// @param watch whether the path is of the old form that always watches
record Route(
        Kind kind,
        String version,
        String namespace,
        String name,
        String subresource,
        boolean watch) {
    /// The subresource whose paths go on: what follows is for somebody else.
    static final String PROXY = "proxy";

    private static final List<String> OF_NAMESPACES = List.of("status", "finalize");

    Route {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(version, "version");
    }

    String apiVersion() {
        return kind.apiVersion(version);
    }

    boolean collection() {
        return name.isEmpty();
    }

    /// Prefix of the keys of a collection, key of an object.
    String key() {
        String prefix = kind.group().isEmpty() ? "" : kind.group() + "/";
        String place =
                kind.strategy()
                        .alias()
                        .map(Alias::place)
                        .orElse(prefix + kind.names().plural() + "/");
        return kind.namespaced() && !namespace.isEmpty()
                ? place + namespace + "/" + name
                : place + name;
    }

    /// The Scale that this route names; empty for one that names something else.
    Optional<Scales> scale() {
        return subresource.equals("scale")
                ? kind.strategy().scaling().map(scaling -> new Scales(kind, name, scaling))
                : Optional.empty();
    }

    /// The object as admission knows it.
    ObjectPlace place(String ofObject) {
        return new ObjectPlace(kind, version, subresource, namespace, ofObject);
    }

    /// The same place with another name.
    Route named(String other) {
        return new Route(kind, version, namespace, other, subresource, false);
    }

    /// The object of this route without its subresource.
    Route object() {
        return new Route(kind, version, namespace, name, "", false);
    }

    /// What a path of this API names; empty when its group is not served.
    ///
    /// @throws dev.glovebox.model.ApiException when the group has no such resource
    static Optional<Route> parse(String path, KindCatalogue kinds) {
        String[] parts = path.substring(1).split("/", -1);
        boolean core = parts[0].equals("api");
        String group = core ? "" : parts.length > 1 ? parts[1] : "";
        boolean served = core || (parts[0].equals("apis") && isServed(kinds, group, parts));
        int from = core ? 2 : 3;
        if (!served || parts.length <= from) {
            return Optional.empty();
        }
        List<String> rest = List.of(parts).subList(from, parts.length);
        boolean watch = rest.getFirst().equals("watch");
        return Optional.of(
                resource(
                        kinds,
                        group,
                        parts[from - 1],
                        watch ? rest.subList(1, rest.size()) : rest,
                        watch));
    }

    private static boolean isServed(KindCatalogue kinds, String group, String[] parts) {
        if (parts.length < 3 || kinds.versions(group).isEmpty()) {
            return false;
        }
        // Groups that definitions made are served version by version.
        boolean defined =
                kinds.kinds().stream()
                        .anyMatch(kind -> kind.group().equals(group) && kind.schema().structural());
        return !defined || kinds.versions(group).contains(parts[2]);
    }

    private static Route resource(
            KindCatalogue kinds, String group, String version, List<String> parts, boolean watch) {
        boolean inNamespace =
                parts.size() > 2
                        && parts.getFirst().equals("namespaces")
                        && !OF_NAMESPACES.contains(parts.get(2));
        String namespace = inNamespace ? parts.get(1) : "";
        List<String> rest = inNamespace ? parts.subList(2, parts.size()) : parts;
        boolean goesOn = rest.size() > 3 && rest.get(2).equals(PROXY);
        if (rest.isEmpty() || (rest.size() > 3 && !goesOn)) {
            throw Refusals.unknownResource();
        }
        Kind kind =
                kinds.find(group, version, rest.getFirst()).orElseThrow(Refusals::unknownResource);
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? rest.get(2) : "";
        boolean misplaced =
                kind.namespaced() ? namespace.isEmpty() && !name.isEmpty() : inNamespace;
        boolean missing =
                (!subresource.isEmpty() && kind.subresource(subresource).isEmpty())
                        || (rest.size() > 1 && name.isEmpty());
        if (missing && !misplaced && !name.isEmpty() && kind.schema().structural()) {
            throw Refusals.notFound(kind, name);
        }
        if (misplaced || missing) {
            throw Refusals.unknownResource();
        }
        return new Route(kind, version, namespace, name, subresource, watch);
    }
}
