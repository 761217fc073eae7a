package dev.glovebox.apiserver.kinds;

import java.util.List;
import java.util.Objects;

/// All that is written down about a kind; the rest are facts from `resources.json`.
///
/// @param group API group, empty for core
/// @param versions served versions, the preferred and stored one first
/// @param plural for example `pods`
/// @param schema name of its schema
/// @param strategy what no schema says
public record Declaration(
        String group, List<String> versions, String plural, String schema, Strategy strategy) {
    /// Copies the versions.
    public Declaration {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(plural, "plural");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(strategy, "strategy");
        versions = List.copyOf(versions);
    }

    /// A kind of one version about which there is nothing to say.
    static Declaration plain(String group, String plural, String schema) {
        return of(group, plural, schema, Strategy.PLAIN);
    }

    /// A kind of one version, `v1`.
    public static Declaration of(String group, String plural, String schema, Strategy strategy) {
        return new Declaration(group, List.of("v1"), plural, schema, strategy);
    }

    static Declaration core(String plural, String kind, Strategy strategy) {
        return of("", plural, "io.k8s.api.core.v1." + kind, strategy);
    }
}
