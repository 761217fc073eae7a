package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.kinds.Kind;

/// The resource that a request is about, in one of its versions.
///
/// @param group API group, empty for core
/// @param resource plural
/// @param subresource empty for the object itself
record Target(String group, String version, String resource, String subresource) {
    static Target of(AdmissionRequest request) {
        return of(request.kind(), request.version(), request.subresource());
    }

    static Target of(Kind kind, String version, String subresource) {
        return new Target(kind.group(), version, kind.names().plural(), subresource);
    }

    boolean isNamespaces() {
        return group.isEmpty() && resource.equals("namespaces");
    }

    /// `GroupVersionResource`.
    ObjectNode tree() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", group)
                .put("version", version)
                .put("resource", resource);
    }
}
