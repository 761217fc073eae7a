package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.policy.IsolationPolicy;
import dev.glovebox.policy.NamespaceTrust;
import dev.glovebox.policy.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.Map;

/// Asks policy which isolation a pod gets, when it is made and when it gets more containers. Fails
/// closed: without a namespace to read the trust from there is no pod.
final class Trust implements Admission {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ObjectLookup objects;
    private final NamespaceTrusts trusts;

    Trust(ObjectLookup objects, NamespaceTrusts trusts) {
        this.objects = objects;
        this.trusts = trusts;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        if (request.object().path("spec").has("runtimeClassName")) {
            RuntimeClasses.named(request, objects);
        }
        judge(request);
    }

    /// What a debugger adds is judged as it will be, and not as the client sent it: the rest of the
    /// pod stays what it was.
    @Override
    public void validate(AdmissionRequest request) {
        if (request.kind().resource().equals("pods")
                && request.subresource().equals("ephemeralcontainers")) {
            judge(request);
        }
    }

    private void judge(AdmissionRequest request) {
        NamespaceTrust trust = trusts.of(request.namespace());
        switch (IsolationPolicy.decide(read(request.object()), trust, handlers())) {
            case Verdict.Unchanged unchanged -> {}
            case Verdict.Assign assign -> assign(request, assign.className());
            case Verdict.Refuse refuse -> throw request.forbidden(refuse.message());
        }
    }

    private static void assign(AdmissionRequest request, String className) {
        if (request.operation() != Operation.CREATE) {
            throw request.forbidden(
                    "the pod was made without RuntimeClass \"%s\", which its namespace demands now; create it again"
                            .formatted(className));
        }
        Trees.object(request.object(), "spec").put("runtimeClassName", className);
    }

    private Map<String, String> handlers() {
        Map<String, String> handlers = new HashMap<>();
        for (JsonNode each : objects.runtimeClasses()) {
            handlers.put(
                    each.path("metadata").path("name").asText(), each.path("handler").asText());
        }
        return handlers;
    }

    private static Pod read(ObjectNode pod) {
        try {
            return MAPPER.treeToValue(pod, Pod.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a pod in the shape of its schema is no pod", e);
        }
    }
}
