package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.amounts.QosClass;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.PodRules;
import dev.glovebox.apiserver.rules.PodWarnings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/// What no schema says about pods.
final class PodStrategy implements Strategy {
    private static final Set<String> OVER = Set.of("Failed", "Succeeded");

    @Override
    public boolean countsGenerations() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode pod) {
        PodDefaults.apply(Trees.object(pod, "spec"));
        JsonNode status = pod.path("status");
        if (status instanceof ObjectNode object
                && object.has("podIP")
                && object.path("podIPs").isEmpty()) {
            ArrayNode ips = object.putArray("podIPs");
            ips.addObject().set("ip", object.get("podIP"));
        }
    }

    @Override
    public void prepareCreate(ObjectNode pod) {
        ObjectNode status = pod.putObject("status");
        status.put("phase", "Pending");
        status.put("qosClass", QosClass.of(pod.path("spec")));
        GatedFields.drop(pod.path("spec"), MissingNode.getInstance());
        LabelKeys.apply(pod);
        ArmourAnnotations.apply(pod);
        if (!pod.path("spec").path("schedulingGates").isEmpty()) {
            ObjectNode condition = status.putArray("conditions").addObject();
            condition.putNull("lastProbeTime").putNull("lastTransitionTime");
            condition.put("message", "Scheduling is blocked due to non-empty scheduling gates");
            condition.put("reason", "SchedulingGated").put("status", "False");
            condition.put("type", "PodScheduled");
        }
    }

    @Override
    public void validate(ObjectNode pod, FieldErrors errors) {
        PodRules.check(pod, errors);
    }

    @Override
    public void validateCreate(ObjectNode pod, FieldErrors errors) {
        PodRules.checkCreate(pod, errors);
    }

    @Override
    public List<String> warnings(ObjectNode pod) {
        return PodWarnings.of(pod);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return Optional.ofNullable(PodUpdates.BY_SUBRESOURCE.get(subresource));
    }

    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        return Map.ofEntries(
                Selectable.text("spec.nodeName"),
                Selectable.text("spec.restartPolicy"),
                Selectable.text("spec.schedulerName"),
                Selectable.text("spec.serviceAccountName"),
                Selectable.truth("spec.hostNetwork"),
                Selectable.text("status.phase"),
                Selectable.text("status.podIP"),
                Selectable.text("status.nominatedNodeName"));
    }

    @Override
    public boolean graceful() {
        return true;
    }

    @Override
    public long grace(ObjectNode pod, OptionalLong asked) {
        long seconds =
                asked.orElseGet(
                        () -> pod.path("spec").path("terminationGracePeriodSeconds").asLong(30));
        boolean assigned = !pod.path("spec").path("nodeName").asText().isEmpty();
        if (!assigned || OVER.contains(pod.path("status").path("phase").asText())) {
            return 0;
        }
        return seconds < 0 ? 1 : seconds;
    }

    @Override
    public boolean returnsDeleted() {
        return true;
    }
}
