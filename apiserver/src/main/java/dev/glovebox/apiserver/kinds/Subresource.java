package dev.glovebox.apiserver.kinds;

import java.util.List;
import java.util.Objects;

/// What hangs below one object, for example `pods/status`.
///
/// @param name for example `status`
/// @param kind kind of the body, for example `Pod`, `Binding` or `PodExecOptions`
/// @param group group of that kind, empty for core
/// @param version version of that kind
/// @param verbs discovery's verbs
public record Subresource(
        String name, String kind, String group, String version, List<String> verbs) {
    /// Copies the verbs.
    public Subresource {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(version, "version");
        verbs = List.copyOf(verbs);
    }
}
