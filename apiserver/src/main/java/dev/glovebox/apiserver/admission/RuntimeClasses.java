package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.schema.Quantity;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.Map;

/// Gives a pod the overhead, node selector and tolerations of its RuntimeClass. Source: Kubernetes'
/// admission plugin RuntimeClass.
final class RuntimeClasses implements Admission {
    private final ObjectLookup objects;

    RuntimeClasses(ObjectLookup objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        ObjectNode spec = Trees.object(request.object(), "spec");
        if (!spec.has("runtimeClassName")) {
            return;
        }
        ObjectNode runtimeClass = named(request, objects);
        overhead(request, spec, runtimeClass.path("overhead").path("podFixed"));
        JsonNode scheduling = runtimeClass.path("scheduling");
        nodeSelector(request, spec, scheduling.path("nodeSelector"));
        tolerations(spec, scheduling.path("tolerations"));
    }

    /// The class that the pod names.
    ///
    /// @throws ApiException in Kubernetes' words when there is none of that name
    static ObjectNode named(AdmissionRequest request, ObjectLookup objects) {
        String name = request.object().path("spec").path("runtimeClassName").asText();
        if (name.isEmpty()) {
            throw new ApiException(StatusReason.UNKNOWN, "resource name may not be empty");
        }
        return objects.runtimeClass(name)
                .orElseThrow(() ->
                        request.forbidden(
                                "pod rejected: RuntimeClass \"%s\" not found".formatted(name)));
    }

    private static void overhead(AdmissionRequest request, ObjectNode spec, JsonNode fixed) {
        if (fixed.isEmpty()) {
            return;
        }
        if (spec.path("overhead").isEmpty()) {
            spec.set("overhead", fixed.deepCopy());
        } else if (!same(spec.path("overhead"), fixed)) {
            throw mismatch(request);
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        JsonNode spec = request.object().path("spec");
        JsonNode fixed =
                spec.has("runtimeClassName")
                        ? named(request, objects).path("overhead").path("podFixed")
                        : MissingNode.getInstance();
        if (!fixed.isEmpty() && !same(spec.path("overhead"), fixed)) {
            throw mismatch(request);
        }
        if (fixed.isEmpty() && spec.has("overhead")) {
            throw request.forbidden(
                    "pod rejected: Pod Overhead set without corresponding RuntimeClass defined"
                            + " Overhead");
        }
    }

    private static ApiException mismatch(AdmissionRequest request) {
        return request.forbidden(
                "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
    }

    private static boolean same(JsonNode left, JsonNode right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> amount : left.properties()) {
            JsonNode other = right.path(amount.getKey());
            if (!other.isTextual()
                    || !Quantity.parse(amount.getValue().asText())
                            .sameAs(Quantity.parse(other.asText()))) {
                return false;
            }
        }
        return true;
    }

    private static void nodeSelector(AdmissionRequest request, ObjectNode spec, JsonNode selector) {
        for (Map.Entry<String, JsonNode> label : selector.properties()) {
            String key = label.getKey();
            JsonNode own = spec.path("nodeSelector").path(key);
            if (own.isTextual() && !own.equals(label.getValue())) {
                throw request.forbidden(
                        "conflict: runtimeClass.scheduling.nodeSelector[%s] = %s; pod.spec.nodeSelector[%s] = %s"
                                .formatted(key, label.getValue().asText(), key, own.asText()));
            }
            Trees.object(spec, "nodeSelector").set(key, label.getValue());
        }
    }

    private static void tolerations(ObjectNode spec, JsonNode more) {
        for (JsonNode toleration : more) {
            ArrayNode own = Trees.list(spec, "tolerations");
            boolean there = false;
            for (JsonNode each : own) {
                there |= each.equals(toleration);
            }
            if (!there) {
                own.add(toleration.deepCopy());
            }
        }
    }
}
