package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/// Stored objects that authorisation and admission decide by. Reads are as fresh as the store.
public interface ObjectLookup {
    /// The object of that name, or empty.
    ///
    /// @param group API group, empty for core
    /// @param plural for example `limitranges`; a kind that is not served has no objects
    /// @param namespace empty for kinds without one
    Optional<ObjectNode> find(String group, String plural, String namespace, String name);

    /// All objects of a kind.
    ///
    /// @param namespace empty for all, or for kinds without one
    List<ObjectNode> all(String group, String plural, String namespace);

    /// The namespace of that name, or empty.
    default Optional<ObjectNode> namespace(String name) {
        return find("", "namespaces", "", name);
    }

    /// The RuntimeClass of that name, or empty.
    default Optional<ObjectNode> runtimeClass(String name) {
        return find("node.k8s.io", "runtimeclasses", "", name);
    }

    /// All RuntimeClasses.
    default List<ObjectNode> runtimeClasses() {
        return all("node.k8s.io", "runtimeclasses", "");
    }
}
