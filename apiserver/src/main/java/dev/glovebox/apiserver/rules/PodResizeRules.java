package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What may change about the resources of a pod that may be running: processors and memory of its
/// containers and sidecars. Source: Kubernetes' `ValidatePodResize`.
public final class PodResizeRules {
    private static final Path SPEC = Path.of("spec");

    /// The object itself, as this rule of Kubernetes spells it.
    private static final Path WHOLE = Path.of("[]");

    private static final Set<String> RESIZED = Set.of("cpu", "memory");
    private static final List<String> KINDS = List.of("requests", "limits");

    private PodResizeRules() {}

    /// Notes what must not have changed.
    ///
    /// @param qosClass what the new resources amount to
    public static void check(JsonNode pod, JsonNode old, String qosClass, FieldErrors errors) {
        String never = never(pod.path("spec"), old);
        if (!never.isEmpty()) {
            errors.forget();
            errors.forbidden(WHOLE, never);
            return;
        }
        JsonNode before = old.path("status").path("qosClass");
        if (!before.asText().equals(qosClass)) {
            errors.invalid(SPEC, before, "Pod QOS Class may not change as a result of resizing");
        }
        if (!mayResize(old)) {
            errors.forbidden(SPEC, "Pod running on node without support for resize");
        }
        JsonNode spec = pod.path("spec");
        JsonNode oldSpec = old.path("spec");
        boolean ordered = sameContainers("containers", spec, oldSpec, errors);
        ordered &= sameContainers("initContainers", spec, oldSpec, errors);
        if (!ordered) {
            return;
        }
        for (String list : List.of("initContainers", "containers")) {
            for (int i = 0; i < oldSpec.path(list).size(); i++) {
                container(
                        spec.path(list).get(i),
                        oldSpec.path(list).get(i),
                        list.equals("initContainers"),
                        SPEC.field(list).index(i).field("resources"),
                        errors);
            }
        }
    }

    /// Why a pod is resized in no way at all; empty where it may be.
    private static String never(JsonNode spec, JsonNode old) {
        if (asksAsAWhole(spec) || asksAsAWhole(old.path("spec"))) {
            return "pods with pod-level resources cannot be resized";
        }
        if (old.path("metadata").path("annotations").has("kubernetes.io/config.mirror")) {
            return "static pods cannot be resized";
        }
        return old.path("spec").path("os").path("name").asText().equals("windows")
                ? "windows pods cannot be resized"
                : "";
    }

    private static boolean asksAsAWhole(JsonNode spec) {
        return KINDS.stream().anyMatch(kind -> !spec.path("resources").path(kind).isEmpty());
    }

    /// A node that resizes says of a running container what resources it has.
    private static boolean mayResize(JsonNode pod) {
        for (JsonNode container : pod.path("status").path("containerStatuses")) {
            if (container.path("state").has("running")) {
                return container.has("resources");
            }
        }
        return true;
    }

    private static boolean sameContainers(
            String list, JsonNode spec, JsonNode old, FieldErrors errors) {
        JsonNode now = spec.path(list);
        JsonNode before = old.path(list);
        if (now.size() != before.size()) {
            errors.forbidden(SPEC.field(list), list + " may not be added or removed on resize");
            return false;
        }
        boolean same = true;
        for (int i = 0; i < before.size(); i++) {
            if (!now.get(i).path("name").equals(before.get(i).path("name"))) {
                errors.forbidden(
                        SPEC.field(list).index(i).field("name"),
                        list + " may not be renamed or reordered on resize");
                same = false;
            }
        }
        return same;
    }

    private static void container(
            JsonNode now, JsonNode before, boolean init, Path resources, FieldErrors errors) {
        boolean sidecar = init && before.path("restartPolicy").asText().equals("Always");
        if (!init || sidecar) {
            for (String kind : KINDS) {
                Set<String> gone = names(before.path("resources").path(kind));
                gone.removeAll(names(now.path("resources").path(kind)));
                if (!gone.isEmpty()) {
                    errors.forbidden(
                            resources.field(kind), "resource " + kind + " cannot be removed");
                }
            }
            if (!withoutResized(now, before).equals(withoutResized(before, before))) {
                errors.forbidden(
                        SPEC,
                        sidecar
                                ? "only cpu and memory resources for sidecar containers are mutable"
                                : "only cpu and memory resources are mutable");
            }
        } else if (!now.equals(before)) {
            errors.forbidden(SPEC, "resources for non-sidecar init containers are immutable");
        }
    }

    private static Set<String> names(JsonNode amounts) {
        return amounts.properties().stream()
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /// A container with nothing of its resources but the amounts that stay as they are. Where it
    /// had none of a kind at all, the first that it gets are left out, too, as Kubernetes does.
    private static JsonNode withoutResized(JsonNode container, JsonNode before) {
        ObjectNode copy = container.deepCopy();
        copy.remove("resources");
        for (String kind : KINDS) {
            if (!before.path("resources").path(kind).isEmpty()) {
                for (Map.Entry<String, JsonNode> each :
                        container.path("resources").path(kind).properties()) {
                    if (!RESIZED.contains(each.getKey())) {
                        copy.set(kind + "/" + each.getKey(), each.getValue());
                    }
                }
            }
        }
        return copy;
    }
}
