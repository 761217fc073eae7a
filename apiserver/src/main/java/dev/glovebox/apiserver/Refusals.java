package dev.glovebox.apiserver;

import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;

/// Refusals in Kubernetes' words that several features share.
final class Refusals {
    private Refusals() {}

    static ApiException notFound(Kind kind, String name) {
        return new ApiException(
                StatusReason.NOT_FOUND,
                "%s \"%s\" not found".formatted(kind.resource(), name),
                about(kind, name));
    }

    static ApiException alreadyExists(Kind kind, String name) {
        return new ApiException(
                StatusReason.ALREADY_EXISTS,
                "%s \"%s\" already exists".formatted(kind.resource(), name),
                about(kind, name));
    }

    static ApiException modified(Kind kind, String name) {
        return conflict(
                kind.resource(),
                about(kind, name),
                "the object has been modified; please apply your changes to the latest version and"
                        + " try again");
    }

    /// A conflict about what `resource` names, for example `pods/binding`.
    static ApiException conflict(String resource, ApiException.Details about, String message) {
        return new ApiException(
                StatusReason.CONFLICT,
                "Operation cannot be fulfilled on %s \"%s\": %s"
                        .formatted(resource, about.name(), message),
                about);
    }

    static ApiException badRequest(String message) {
        return new ApiException(StatusReason.BAD_REQUEST, message);
    }

    static ApiException internal(String words) {
        return new ApiException(
                StatusReason.INTERNAL_ERROR,
                "Internal error occurred: " + words,
                new ApiException.Details(
                        "", "", "", List.of(new ApiException.Cause("", words, ""))));
    }

    static ApiException unknownResource() {
        return new ApiException(
                StatusReason.NOT_FOUND, "the server could not find the requested resource");
    }

    static ApiException methodNotAllowed() {
        return new ApiException(
                StatusReason.METHOD_NOT_ALLOWED,
                "the server does not allow this method on the requested resource");
    }

    static ApiException.Details about(Kind kind, String name) {
        return new ApiException.Details(name, kind.group(), kind.names().plural(), List.of());
    }
}
