package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.Trees;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Turns the name of a priority class into a number, and sees to it that at most one class is the
/// default. Source: Kubernetes' admission plugin of this name.
final class Priority implements Admission {
    private static final String GROUP = "scheduling.k8s.io";
    private static final String CLASSES = "priorityclasses";
    private static final String PREEMPT = "PreemptLowerPriority";

    private final ObjectLookup objects;

    Priority(ObjectLookup objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (request.creates("pods")) {
            pod(request);
        } else if (request.updates("pods")) {
            request.old().ifPresent(old -> keep(request.object(), old));
        } else if (isClass(request)
                && request.operation() == Operation.DELETE
                && request.name().startsWith("system-")) {
            throw request.forbidden("this is a system priority class and cannot be deleted");
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (isClass(request)
                && request.operation() != Operation.DELETE
                && request.object().path("globalDefault").asBoolean()) {
            onlyDefault(request);
        }
    }

    private static boolean isClass(AdmissionRequest request) {
        return request.kind().resource().equals(CLASSES + "." + GROUP);
    }

    /// Whoever replaces a pod need not repeat what admission has put into it.
    private static void keep(ObjectNode pod, ObjectNode old) {
        ObjectNode spec = Trees.object(pod, "spec");
        for (String field : List.of("priority", "preemptionPolicy")) {
            if (!spec.has(field) && old.path("spec").has(field)) {
                spec.set(field, old.path("spec").path(field));
            }
        }
    }

    private void pod(AdmissionRequest request) {
        ObjectNode spec = Trees.object(request.object(), "spec");
        String name = spec.path("priorityClassName").asText();
        Optional<ObjectNode> found = name.isEmpty() ? standard() : named(request, name);
        if (name.isEmpty()) {
            found.ifPresent(
                    each -> spec.set("priorityClassName", each.path("metadata").path("name")));
        }
        int priority = found.map(each -> each.path("value").asInt()).orElse(0);
        if (spec.has("priority") && spec.path("priority").asInt() != priority) {
            throw request.forbidden(
                    "the integer value of priority (%d) must not be provided in pod spec; priority admission controller computed %d from the given PriorityClass name"
                            .formatted(spec.path("priority").asInt(), priority));
        }
        String policy =
                found.map(each -> each.path("preemptionPolicy").asText(PREEMPT)).orElse(PREEMPT);
        if (spec.has("preemptionPolicy")
                && !spec.path("preemptionPolicy").asText().equals(policy)) {
            throw request.forbidden(
                    "the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority admission controller computed %s from the given PriorityClass name"
                            .formatted(spec.path("preemptionPolicy").asText(), policy));
        }
        spec.put("priority", priority);
        spec.put("preemptionPolicy", policy);
    }

    private Optional<ObjectNode> named(AdmissionRequest request, String name) {
        Optional<ObjectNode> found = objects.find(GROUP, CLASSES, "", name);
        if (found.isEmpty()) {
            throw request.forbidden("no PriorityClass with name " + name + " was found");
        }
        return found;
    }

    /// The default class; the lowest where there are several.
    private Optional<ObjectNode> standard() {
        return objects.all(GROUP, CLASSES, "").stream()
                .filter(each -> each.path("globalDefault").asBoolean())
                .min(Comparator.comparingInt((JsonNode each) -> each.path("value").asInt()));
    }

    private void onlyDefault(AdmissionRequest request) {
        standard()
                .map(each -> each.path("metadata").path("name").asText())
                .filter(other ->
                        request.operation() == Operation.CREATE || !other.equals(request.name()))
                .ifPresent(other -> {
                    throw request.forbidden(
                            "PriorityClass %s is already marked as default. Only one default can exist"
                                    .formatted(other));
                });
    }
}
