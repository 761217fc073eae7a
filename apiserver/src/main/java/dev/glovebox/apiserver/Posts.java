package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.Admission;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.admission.Operation;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.schema.Schema;
import java.util.Optional;

/// Has webhooks judge what no other step of admission looks at: objects that are posted to bring
/// something about and are not stored (bindings, evictions, tokens, reviews), and connections.
final class Posts {
    private final Admission webhooks;

    /// @param webhooks the steps that ask webhooks
    Posts(Admission webhooks) {
        this.webhooks = webhooks;
    }

    /// Judges a posted object, and changes it in place.
    ///
    /// @throws dev.glovebox.model.ApiException when it is refused
    void admit(Route route, ObjectNode object, Schema schema, WriteContext context) {
        Creation.placed(route, Trees.object(object, "metadata"));
        String own = object.path("metadata").path("name").asText();
        judge(
                new AdmissionRequest(
                        Operation.CREATE,
                        route.place(route.collection() ? own : route.name()),
                        object,
                        Optional.empty(),
                        Optional.of(schema),
                        context.options("CreateOptions"),
                        context.asking()));
    }

    /// Judges a connection.
    ///
    /// @param wanted what the client wants of it, for example `PodExecOptions`
    /// @throws dev.glovebox.model.ApiException when it is refused
    void connect(Route route, ObjectNode wanted, WriteContext context) {
        judge(
                new AdmissionRequest(
                        Operation.CONNECT,
                        route.place(route.name()),
                        wanted,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        context.asking()));
    }

    private void judge(AdmissionRequest request) {
        webhooks.admit(request);
        webhooks.validate(request);
    }
}
