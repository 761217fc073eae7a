package dev.glovebox.apiserver.kinds;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The kinds that this API serves.
///
/// @param kinds in discovery's order: by group, then by plural; of one resource the kind of its
///   preferred version first
public record KindCatalogue(List<Kind> kinds) {
    /// Copies the kinds.
    public KindCatalogue {
        kinds = List.copyOf(kinds);
    }

    /// The kind that a URL names.
    public Optional<Kind> find(String group, String version, String plural) {
        return kinds.stream()
                .filter(kind ->
                        kind.group().equals(group)
                                && kind.names().plural().equals(plural)
                                && kind.versions().contains(version))
                .findFirst();
    }

    /// The kind of a resource, whatever its version.
    public Optional<Kind> find(String group, String plural) {
        return kinds.stream()
                .filter(kind -> kind.group().equals(group) && kind.names().plural().equals(plural))
                .findFirst();
    }

    /// A kind for each resource, the one of its preferred version.
    public List<Kind> resources() {
        Set<String> seen = new HashSet<>();
        return kinds.stream().filter(kind -> seen.add(kind.resource())).toList();
    }

    /// Served groups, core (the empty string) first.
    public List<String> groups() {
        return kinds.stream().map(Kind::group).distinct().sorted().toList();
    }

    /// Served versions of a group, the preferred one first.
    public List<String> versions(String group) {
        return kinds.stream()
                .filter(kind -> kind.group().equals(group))
                .flatMap(kind -> kind.versions().stream())
                .distinct()
                .toList();
    }
}
