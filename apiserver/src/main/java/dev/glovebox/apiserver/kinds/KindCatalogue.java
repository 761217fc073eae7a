package dev.glovebox.apiserver.kinds;

import java.util.List;
import java.util.Optional;

/// The kinds that this API serves.
///
/// @param kinds in discovery's order: by group, then by plural
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
