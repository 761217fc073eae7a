package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;

/// The kind of an object, in one of its versions.
///
/// @param apiVersion for example `apps/v1`
/// @param kind for example `Deployment`
record Form(String apiVersion, String kind) {
    /// The form in which a request has its object.
    static Form of(AdmissionRequest request) {
        return new Form(
                request.object().path("apiVersion").asText(),
                request.object().path("kind").asText());
    }

    /// API group, empty for core.
    String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /// `GroupVersionKind`.
    ObjectNode tree() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", group())
                .put("version", apiVersion.substring(apiVersion.indexOf('/') + 1))
                .put("kind", kind);
    }
}
