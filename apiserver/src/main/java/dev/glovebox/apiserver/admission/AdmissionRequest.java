package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A request as admission sees it, after authorisation and defaults and before validation.
///
/// @param subresource empty for the object itself
/// @param namespace empty for objects without one
/// @param name of the object
/// @param object what is to be stored, to be changed in place; for a deletion what is to go
/// @param old what is stored now; empty for a new object
/// @param user who asks
/// @param dryRun whether nothing will be stored
/// @param warnings what the answer will warn of; grows
/// @param annotations what is noted for the record; grows
public record AdmissionRequest(
        Operation operation,
        Kind kind,
        String subresource,
        String namespace,
        String name,
        ObjectNode object,
        Optional<ObjectNode> old,
        User user,
        boolean dryRun,
        List<String> warnings,
        Annotations annotations) {
    /// Refuses null parts.
    public AdmissionRequest {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(old, "old");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(warnings, "warnings");
        Objects.requireNonNull(annotations, "annotations");
    }

    /// Whether a new object of that core resource is about to be stored.
    public boolean creates(String resource) {
        return operation == Operation.CREATE
                && subresource.isEmpty()
                && kind.resource().equals(resource);
    }

    /// Whether an object of that core resource itself, and not a subresource of it, is changed.
    public boolean updates(String resource) {
        return operation == Operation.UPDATE
                && subresource.isEmpty()
                && kind.resource().equals(resource);
    }

    /// Has the answer warn of something, once.
    public void warn(String warning) {
        if (!warnings.contains(warning)) {
            warnings.add(warning);
        }
    }

    /// The refusal of this request, with Kubernetes' words before the message.
    public ApiException forbidden(String message, List<ApiException.Cause> causes) {
        return new ApiException(
                StatusReason.FORBIDDEN,
                "%s \"%s\" is forbidden: %s".formatted(kind.resource(), name, message),
                new ApiException.Details(name, kind.group(), kind.names().plural(), causes));
    }

    /// The refusal of this request, with Kubernetes' words before the message.
    public ApiException forbidden(String message) {
        return forbidden(message, List.of());
    }
}
