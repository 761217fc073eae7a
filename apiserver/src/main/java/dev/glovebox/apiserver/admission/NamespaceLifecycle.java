package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Set;

/// Nothing comes into a namespace that does not exist or is going, and the system's namespaces
/// stay. Source: Kubernetes' admission plugin of this name.
final class NamespaceLifecycle implements Admission {
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private final ObjectLookup objects;

    NamespaceLifecycle(ObjectLookup objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (request.kind().resource().equals("namespaces")) {
            if (request.operation() == Operation.DELETE && IMMORTAL.contains(request.name())) {
                throw request.forbidden("this namespace may not be deleted");
            }
            return;
        }
        if (request.namespace().isEmpty() || request.operation() == Operation.DELETE) {
            return;
        }
        ObjectNode namespace =
                objects.namespace(request.namespace())
                        .orElseThrow(() -> missing(request.namespace()));
        boolean going = namespace.path("metadata").has("deletionTimestamp");
        if (going && request.operation() == Operation.CREATE) {
            throw terminating(request);
        }
    }

    private static ApiException missing(String name) {
        return new ApiException(
                StatusReason.NOT_FOUND,
                "namespaces \"%s\" not found".formatted(name),
                new ApiException.Details(name, "", "namespaces", List.of()));
    }

    private static ApiException terminating(AdmissionRequest request) {
        String name = request.namespace();
        return request.forbidden(
                "unable to create new content in namespace %s because it is being terminated"
                        .formatted(name),
                List.of(
                        new ApiException.Cause(
                                "NamespaceTerminating",
                                "namespace %s is being terminated".formatted(name),
                                "metadata.namespace")));
    }
}
