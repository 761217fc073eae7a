package dev.glovebox.apiserver.selectors;

import com.fasterxml.jackson.databind.JsonNode;

/// Picks objects of a list or a watch.
@FunctionalInterface
public interface Selector {
    /// Picks everything.
    Selector ALL = object -> true;

    /// Whether the object is picked.
    boolean matches(JsonNode object);

    /// Picks what both pick.
    default Selector and(Selector other) {
        return object -> matches(object) && other.matches(object);
    }
}
