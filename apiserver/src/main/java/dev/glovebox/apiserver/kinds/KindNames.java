package dev.glovebox.apiserver.kinds;

import java.util.List;
import java.util.Objects;

/// What a kind is called.
///
/// @param kind for example `Pod`
/// @param plural in URLs, for example `pods`
/// @param singular for example `pod`
/// @param shortNames what kubectl takes too, for example `po`
/// @param categories groups of kinds, for example `all`
public record KindNames(
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories) {
    /// Copies the lists.
    public KindNames {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(plural, "plural");
        Objects.requireNonNull(singular, "singular");
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
    }
}
