package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Schema;

/// The versions of a kind in which an object is not the same: managers have fields in terms of the
/// version in which they wrote. Safe for use by any thread; may block.
public interface Translation {
    /// The schema of one of the versions that a [Target] names.
    Schema schema(String apiVersion);

    /// An object in one of them, as it comes; the given one is left alone.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be had in that version
    ObjectNode in(String apiVersion, ObjectNode object);
}
