package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.amounts.QosClass;
import dev.glovebox.apiserver.fields.FieldFilter;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.PodResizeRules;
import dev.glovebox.apiserver.rules.PodUpdateRules;
import java.util.List;
import java.util.Map;

/// How pods are changed through `pods` and its subresources.
final class PodUpdates {
    static final Map<String, UpdateStrategy> BY_SUBRESOURCE =
            Map.of(
                    "", new GatedUpdate("/spec", new Whole()),
                    "status", new Status(),
                    "ephemeralcontainers", new GatedUpdate("/spec", new Ephemeral()),
                    "resize", new Resize());

    private PodUpdates() {}

    private record Whole() implements UpdateStrategy {
        @Override
        public void prepare(ObjectNode pod, ObjectNode old) {
            UpdateStrategy.keep(pod, old, "status");
        }

        @Override
        public void validate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
            PodUpdateRules.check(pod, old, errors);
        }
    }

    private record Status() implements UpdateStrategy {
        @Override
        public void prepare(ObjectNode pod, ObjectNode old) {
            UpdateStrategy.keep(pod, old, "spec");
            UpdateStrategy.keep(
                    Trees.object(pod, "metadata"),
                    Trees.object(old, "metadata"),
                    "ownerReferences");
            ObjectNode status = Trees.object(pod, "status");
            JsonNode qos = old.path("status").get("qosClass");
            if (!status.has("qosClass") && qos != null) {
                status.set("qosClass", qos);
            }
        }

        @Override
        public FieldFilter counted() {
            return FieldFilter.without(
                    "spec", "metadata.deletionTimestamp", "metadata.ownerReferences");
        }

        @Override
        public void validate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
            PodUpdateRules.checkStatus(pod, old, errors);
        }
    }

    private record Ephemeral() implements UpdateStrategy {
        @Override
        public void prepare(ObjectNode pod, ObjectNode old) {
            JsonNode containers = pod.path("spec").path("ephemeralContainers").deepCopy();
            restore(pod, old);
            if (!containers.isMissingNode()) {
                Trees.object(pod, "spec").set("ephemeralContainers", containers);
            }
        }

        @Override
        public FieldFilter counted() {
            return FieldFilter.ALL;
        }

        @Override
        public void validate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
            PodUpdateRules.checkEphemeral(pod, old, errors);
        }
    }

    /// Containers that are others than before stay as they were written, and are refused.
    private record Resize() implements UpdateStrategy {
        private static final List<String> LISTS = List.of("containers", "initContainers");

        @Override
        public void prepare(ObjectNode pod, ObjectNode old) {
            JsonNode asked = pod.path("spec").deepCopy();
            JsonNode before = old.path("spec");
            if (LISTS.stream().anyMatch(l -> asked.path(l).size() != before.path(l).size())) {
                return;
            }
            restore(pod, old);
            for (String list : LISTS) {
                List<ObjectNode> containers = Trees.objects(pod.path("spec").path(list));
                for (int i = 0; i < containers.size(); i++) {
                    JsonNode each = asked.path(list).path(i);
                    if (!each.path("name").equals(containers.get(i).path("name"))) {
                        Trees.object(pod, "spec").set(list, asked.path(list));
                        break;
                    }
                    UpdateStrategy.keep(containers.get(i), each, "resources");
                    UpdateStrategy.keep(containers.get(i), each, "resizePolicy");
                }
            }
        }

        @Override
        public FieldFilter counted() {
            return FieldFilter.ALL;
        }

        @Override
        public void validate(ObjectNode pod, ObjectNode old, FieldErrors errors) {
            PodResizeRules.check(pod, old, QosClass.of(pod.path("spec")), errors);
        }
    }

    /// Puts back everything but what the resource is for: of the metadata, too.
    private static void restore(ObjectNode pod, ObjectNode old) {
        UpdateStrategy.keep(pod, old, "spec");
        UpdateStrategy.keep(pod, old, "status");
        ObjectNode metadata = Trees.object(pod, "metadata");
        for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
            UpdateStrategy.keep(metadata, old.path("metadata"), field);
        }
    }
}
