package dev.glovebox.apiserver.selectors;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Picks objects of a list or a watch.
@FunctionalInterface
public interface Selector {
    /// Picks everything.
    Selector ALL = object -> true;

    /// Whether the object is picked.
    boolean matches(JsonNode object);

    /// Picks what all of them pick. A list of them, however long, costs no stack.
    static Selector all(List<Selector> selectors) {
        List<Selector> copy = List.copyOf(selectors);
        return object -> copy.stream().allMatch(selector -> selector.matches(object));
    }

    /// Picks what both pick.
    default Selector and(Selector other) {
        return object -> matches(object) && other.matches(object);
    }
}
