package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.admission.Operation;
import dev.glovebox.model.ApiException;
import java.util.Optional;

/// What one webhook is asked about one request: the objects in the version that it knows.
///
/// @param version the kind and version that its rule names
/// @param object empty for a deletion, of which there is only the old one
/// @param old empty for a new object
record Question(
        AdmissionRequest request,
        Versions.Version version,
        Optional<ObjectNode> object,
        Optional<ObjectNode> old) {
    /// The question in one of the versions.
    static Question in(Versions.Version version, AdmissionRequest request) {
        Optional<ObjectNode> object =
                request.operation() == Operation.DELETE
                        ? Optional.empty()
                        : Optional.of(request.object());
        return isOwn(version, request)
                ? new Question(request, version, object, request.old())
                : new Question(
                        request,
                        version,
                        object.map(each -> converted(each, request, version)),
                        request.old().map(each -> converted(each, request, version)));
    }

    private static ObjectNode converted(
            ObjectNode object, AdmissionRequest request, Versions.Version version) {
        try {
            return Versions.converted(object, request.kind(), version);
        } catch (ApiException e) {
            throw WebhookFailure.internal(String.valueOf(e.getMessage()));
        }
    }

    /// Whether it is the request's own version in which it is asked.
    boolean isOwn() {
        return isOwn(version, request);
    }

    private static boolean isOwn(Versions.Version version, AdmissionRequest request) {
        return version.version().equals(request.version())
                && version.kind().group().equals(request.kind().group());
    }

    /// `AdmissionRequest` of `admission.k8s.io`, without the uid.
    ObjectNode tree() {
        ObjectNode shown = object.or(this::old).orElseThrow();
        Form form = new Form(shown.path("apiVersion").asText(), shown.path("kind").asText());
        Target target = Target.of(version.kind(), version.version(), request.subresource());
        ObjectNode tree = Review.request(request, target, form);
        object.ifPresent(each -> tree.set("object", each));
        old.ifPresent(each -> tree.set("oldObject", each));
        return tree;
    }
}
