package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.amounts.PodAmounts;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.Trees;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gives containers the resources that a namespace's LimitRanges say, and refuses pods and claims
/// that ask for less or more than they allow. Each range fills in what those before it left open,
/// and the first that does not allow something speaks. Source: Kubernetes' admission plugin of this
/// name.
final class LimitRanger implements Admission {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private final ObjectLookup objects;

    LimitRanger(ObjectLookup objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (isPod(request) && !isGoing(request)) {
            ranges(request).forEach(range -> fill(request.object(), range));
        }
    }

    private static boolean isPod(AdmissionRequest request) {
        return request.creates("pods")
                || (request.kind().resource().equals("pods")
                        && request.operation() == Operation.UPDATE
                        && request.subresource().equals("resize"));
    }

    private static boolean isClaim(AdmissionRequest request) {
        return request.kind().resource().equals("persistentvolumeclaims")
                && request.operation() != Operation.DELETE
                && request.subresource().isEmpty();
    }

    /// What is being deleted is changed as its finalizers need it.
    private static boolean isGoing(AdmissionRequest request) {
        return request.old()
                .filter(old -> old.path("metadata").has("deletionTimestamp"))
                .isPresent();
    }

    private List<ObjectNode> ranges(AdmissionRequest request) {
        return objects.all("", "limitranges", request.namespace());
    }

    private static void fill(ObjectNode pod, ObjectNode range) {
        Map<String, JsonNode> requests = new TreeMap<>();
        Map<String, JsonNode> limits = new TreeMap<>();
        for (JsonNode limit : range.path("spec").path("limits")) {
            if (limit.path("type").asText().equals("Container")) {
                put(requests, limit.path("defaultRequest"));
                put(limits, limit.path("default"));
            }
        }
        List<String> set = new ArrayList<>();
        for (String list : List.of("containers", "initContainers")) {
            String kind = list.equals("containers") ? "container " : "init container ";
            for (ObjectNode container : Trees.objects(pod.path("spec").path(list))) {
                String place = kind + container.path("name").asText();
                fill(container, "requests", requests, " request for " + place).ifPresent(set::add);
                fill(container, "limits", limits, " limit for " + place).ifPresent(set::add);
            }
        }
        if (!set.isEmpty()) {
            Trees.object(Trees.object(pod, "metadata"), "annotations")
                    .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", set));
        }
    }

    private static void put(Map<String, JsonNode> all, JsonNode amounts) {
        amounts.properties().forEach(each -> all.put(each.getKey(), each.getValue()));
    }

    private static Optional<String> fill(
            ObjectNode container, String field, Map<String, JsonNode> standard, String words) {
        Set<String> names = new TreeSet<>(standard.keySet());
        ObjectNode resources = Trees.object(container, "resources");
        names.removeIf(resources.path(field)::has);
        if (names.isEmpty()) {
            return Optional.empty();
        }
        names.forEach(name -> Trees.object(resources, field).set(name, standard.get(name)));
        return Optional.of(String.join(", ", names) + words);
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean claim = isClaim(request);
        if ((!claim && !isPod(request)) || isGoing(request)) {
            return;
        }
        for (ObjectNode range : ranges(request)) {
            List<String> wrong = new ArrayList<>();
            for (JsonNode limit : range.path("spec").path("limits")) {
                LimitCheck check = new LimitCheck(limit, wrong);
                if (claim) {
                    claim(request.object(), check);
                } else {
                    pod(request.object(), check);
                }
            }
            refuse(request, List.copyOf(new LinkedHashSet<>(wrong)));
        }
    }

    private static void claim(ObjectNode claim, LimitCheck check) {
        if (check.limit().path("type").asText().equals("PersistentVolumeClaim")) {
            check.checkClaim(Amounts.read(claim.path("spec").path("resources").path("requests")));
        }
    }

    private static void pod(ObjectNode pod, LimitCheck check) {
        switch (check.limit().path("type").asText()) {
            case "Container" -> {
                for (String list : List.of("containers", "initContainers")) {
                    for (JsonNode container : pod.path("spec").path(list)) {
                        JsonNode resources = container.path("resources");
                        check.check(
                                Amounts.read(resources.path("requests")),
                                Amounts.read(resources.path("limits")));
                    }
                }
            }
            case "Pod" ->
                    check.check(
                            PodAmounts.requests(pod, PodAmounts.View.WRITTEN),
                            PodAmounts.limits(pod, PodAmounts.View.WRITTEN));
            default -> {}
        }
    }

    private static void refuse(AdmissionRequest request, List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw request.forbidden(
                    wrong.size() == 1 ? wrong.getFirst() : "[" + String.join(", ", wrong) + "]");
        }
    }
}
