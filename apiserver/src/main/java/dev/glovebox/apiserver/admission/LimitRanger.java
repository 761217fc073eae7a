package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.Trees;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Gives containers the resources that a namespace's LimitRanges say, and refuses pods and claims
/// that ask for less or more than they allow. Source: Kubernetes' admission plugin of this name.
final class LimitRanger implements Admission {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private final ObjectLookup objects;

    LimitRanger(ObjectLookup objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        List<String> set = new ArrayList<>();
        for (JsonNode limit : limits(request)) {
            if (limit.path("type").asText().equals("Container")) {
                containers(request.object(), limit, set);
            }
        }
        if (!set.isEmpty()) {
            ObjectNode metadata = Trees.object(request.object(), "metadata");
            Trees.object(metadata, "annotations")
                    .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", set));
        }
    }

    private List<JsonNode> limits(AdmissionRequest request) {
        return objects.all("", "limitranges", request.namespace()).stream()
                .flatMap(range -> items(range.path("spec").path("limits")))
                .toList();
    }

    private static Stream<JsonNode> items(JsonNode list) {
        List<JsonNode> items = new ArrayList<>();
        list.forEach(items::add);
        return items.stream();
    }

    private static void containers(ObjectNode pod, JsonNode limit, List<String> set) {
        for (String list : List.of("containers", "initContainers")) {
            String kind = list.equals("containers") ? "container" : "init container";
            for (ObjectNode container : Trees.objects(pod.path("spec").path(list))) {
                String place = kind + " " + container.path("name").asText();
                fill(container, "requests", limit.path("defaultRequest"), " request for " + place)
                        .ifPresent(set::add);
                fill(container, "limits", limit.path("default"), " limit for " + place)
                        .ifPresent(set::add);
            }
        }
    }

    private static Optional<String> fill(
            ObjectNode container, String field, JsonNode standard, String words) {
        TreeSet<String> names = new TreeSet<>();
        ObjectNode resources = Trees.object(container, "resources");
        for (var amount : standard.properties()) {
            if (!resources.path(field).has(amount.getKey())) {
                Trees.object(resources, field).set(amount.getKey(), amount.getValue());
                names.add(amount.getKey());
            }
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", names) + words);
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean claim =
                request.kind().resource().equals("persistentvolumeclaims")
                        && request.operation() != Operation.DELETE
                        && request.subresource().isEmpty();
        if (!claim && !request.creates("pods")) {
            return;
        }
        List<String> wrong = new ArrayList<>();
        for (JsonNode limit : limits(request)) {
            LimitCheck check = new LimitCheck(limit, wrong);
            switch (limit.path("type").asText()) {
                case "Container" -> {
                    if (!claim) {
                        Usage.containers(request.object()).forEach(check::check);
                    }
                }
                case "Pod" -> {
                    if (!claim) {
                        check.check(Usage.pod(request.object()));
                    }
                }
                case "PersistentVolumeClaim" -> {
                    if (claim) {
                        check.check(Usage.claim(request.object()));
                    }
                }
                default -> {}
            }
        }
        if (!wrong.isEmpty()) {
            throw request.forbidden(
                    wrong.size() == 1
                            ? wrong.getFirst()
                            : "[" + String.join(", ", new LinkedHashSet<>(wrong)) + "]");
        }
    }
}
