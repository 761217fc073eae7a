package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A request as admission sees it, after authorisation and defaults and before validation.
///
/// @param place which object it is about
/// @param object what is to be stored, to be changed in place; for a deletion what is to go; for a
///   connection or what is not stored, what was asked
/// @param old what is stored now; empty for a new object
/// @param schema shape of the object; empty for one that nobody may change
/// @param options `CreateOptions`, `UpdateOptions` or `DeleteOptions` as the client gave them;
///   empty where an operation has none
/// @param asking who asks and how
public record AdmissionRequest(
        Operation operation,
        ObjectPlace place,
        ObjectNode object,
        Optional<ObjectNode> old,
        Optional<Schema> schema,
        Optional<ObjectNode> options,
        Asking asking) {
    /// Refuses null parts.
    public AdmissionRequest {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(old, "old");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(asking, "asking");
    }

    /// The kind whose resource the request names.
    public Kind kind() {
        return place.kind();
    }

    /// The version of the kind that the request names.
    public String version() {
        return place.version();
    }

    /// Empty for the object itself.
    public String subresource() {
        return place.subresource();
    }

    /// Empty for objects without one.
    public String namespace() {
        return place.namespace();
    }

    /// Of the object; empty for one that gets its name later.
    public String name() {
        return place.name();
    }

    /// Who asks.
    public User user() {
        return asking.user();
    }

    /// Whether nothing will be stored.
    public boolean dryRun() {
        return asking.dryRun();
    }

    /// What is noted for the record; grows.
    public Annotations annotations() {
        return asking.annotations();
    }

    /// The same request about another state of the object, or about one that has its name by now.
    public AdmissionRequest with(ObjectPlace where, ObjectNode state) {
        return new AdmissionRequest(operation, where, state, old, schema, options, asking);
    }

    /// Whether a new object of that core resource is about to be stored.
    public boolean creates(String resource) {
        return operation == Operation.CREATE
                && subresource().isEmpty()
                && kind().resource().equals(resource);
    }

    /// Whether an object of that core resource itself, and not a subresource of it, is changed.
    public boolean updates(String resource) {
        return operation == Operation.UPDATE
                && subresource().isEmpty()
                && kind().resource().equals(resource);
    }

    /// Has the answer warn of something, once.
    public void warn(String warning) {
        if (!asking.warnings().contains(warning)) {
            asking.warnings().add(warning);
        }
    }

    /// The refusal of this request, with Kubernetes' words before the message.
    public ApiException forbidden(String message, List<ApiException.Cause> causes) {
        String shown =
                name().isEmpty() ? object.path("metadata").path("generateName").asText() : name();
        return new ApiException(
                StatusReason.FORBIDDEN,
                "%s \"%s\" is forbidden: %s".formatted(kind().resource(), shown, message),
                new ApiException.Details(shown, kind().group(), kind().names().plural(), causes));
    }

    /// The refusal of this request, with Kubernetes' words before the message.
    public ApiException forbidden(String message) {
        return forbidden(message, List.of());
    }
}
