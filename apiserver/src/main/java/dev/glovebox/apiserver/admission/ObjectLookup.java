package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/// Stored objects that admission decides by. Reads are as fresh as the store.
public interface ObjectLookup {
    /// The namespace of that name, or empty.
    Optional<ObjectNode> namespace(String name);

    /// The RuntimeClass of that name, or empty.
    Optional<ObjectNode> runtimeClass(String name);

    /// All RuntimeClasses.
    List<ObjectNode> runtimeClasses();
}
