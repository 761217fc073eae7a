package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Writes that admission itself has to make, past admission.
@FunctionalInterface
public interface ObjectWriter {
    /// Writes an object of a kind if it is still of the version that it says; durable when it
    /// returns.
    ///
    /// @param group API group, empty for core
    /// @param plural for example `resourcequotas`
    /// @return whether it was written; otherwise somebody else has changed or deleted it
    boolean replace(String group, String plural, ObjectNode object);
}
