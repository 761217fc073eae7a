package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.amounts.PodAmounts;
import dev.glovebox.apiserver.amounts.QosClass;
import dev.glovebox.apiserver.rules.ResourceNames;
import dev.glovebox.apiserver.schema.Quantity;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Pods: how many, and what they ask for as long as they may run.
final class PodEvaluator implements Evaluator {
    private static final String COUNT = "count/pods";
    private static final List<String> MEASURED = List.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> NAMES = names();

    /// What each container has to say once a quota bounds it. Kubernetes calls this a mistake that
    /// it keeps.
    private static final Set<String> REQUIRED =
            Set.of(
                    "cpu",
                    "memory",
                    "requests.cpu",
                    "requests.memory",
                    "limits.cpu",
                    "limits.memory");

    private static Set<String> names() {
        Set<String> names = new HashSet<>(List.of(COUNT, "pods"));
        for (String name : MEASURED) {
            names.addAll(List.of(name, "requests." + name, "limits." + name));
        }
        return Set.copyOf(names);
    }

    @Override
    public boolean handles(String subresource, JsonNode pod, Optional<? extends JsonNode> old) {
        return switch (subresource) {
            case "" -> old.isEmpty() || isTerminating(old.get()) != isTerminating(pod);
            case "resize" -> old.isPresent();
            default -> false;
        };
    }

    @Override
    public boolean tracks(String name) {
        return NAMES.contains(name)
                || name.startsWith("hugepages-")
                || name.startsWith("requests.hugepages-")
                || (name.startsWith("requests.") && !ResourceNames.isNative(name));
    }

    @Override
    public Amounts usage(JsonNode pod, Instant now) {
        Amounts itself = Amounts.of(Map.of(COUNT, Quantity.of(1)));
        if (!isAlive(pod, now)) {
            return itself;
        }
        return itself.plus(
                named(
                        PodAmounts.requests(pod, PodAmounts.View.COUNTED),
                        PodAmounts.limits(pod, PodAmounts.View.COUNTED)));
    }

    /// A pod that has ended asks for nothing, and neither does one that should long be gone.
    private static boolean isAlive(JsonNode pod, Instant now) {
        if (List.of("Failed", "Succeeded").contains(pod.path("status").path("phase").asText())) {
            return false;
        }
        JsonNode metadata = pod.path("metadata");
        return !metadata.has("deletionTimestamp")
                || !metadata.has("deletionGracePeriodSeconds")
                || !now.isAfter(
                        Instant.parse(metadata.path("deletionTimestamp").asText())
                                .plusSeconds(metadata.path("deletionGracePeriodSeconds").asLong()));
    }

    /// The amounts under the names that quotas have for them.
    private static Amounts named(Amounts requests, Amounts limits) {
        Map<String, Quantity> named = new TreeMap<>();
        named.put("pods", Quantity.of(1));
        for (String name : MEASURED) {
            requests.get(name).ifPresent(amount -> named.put(name, amount));
            requests.get(name).ifPresent(amount -> named.put("requests." + name, amount));
            limits.get(name).ifPresent(amount -> named.put("limits." + name, amount));
        }
        requests.byName()
                .forEach((name, amount) -> {
                    if (name.startsWith("hugepages-")) {
                        named.put(name, amount);
                        named.put("requests." + name, amount);
                    } else if (ResourceNames.isExtended(name)) {
                        named.put("requests." + name, amount);
                    }
                });
        return Amounts.of(named);
    }

    @Override
    public String missing(Set<String> names, JsonNode pod) {
        if (PodAmounts.isSaidByPod(pod)) {
            return "";
        }
        Map<String, TreeSet<String>> missing = new TreeMap<>();
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : pod.path("spec").path(list)) {
                JsonNode resources = container.path("resources");
                Amounts said =
                        named(
                                Amounts.read(resources.path("requests")),
                                Amounts.read(resources.path("limits")));
                names.stream()
                        .filter(REQUIRED::contains)
                        .filter(name -> said.get(name).isEmpty())
                        .forEach(name ->
                                missing.computeIfAbsent(name, any -> new TreeSet<>())
                                        .add(container.path("name").asText()));
            }
        }
        return missing.isEmpty()
                ? ""
                : missing.entrySet().stream()
                        .map(each -> each.getKey() + " for: " + String.join(",", each.getValue()))
                        .collect(Collectors.joining("; ", "must specify ", ""));
    }

    @Override
    public boolean covers(ScopeRequirement scope, JsonNode pod) {
        return switch (scope.scope()) {
            case "Terminating" -> isTerminating(pod);
            case "NotTerminating" -> !isTerminating(pod);
            case "BestEffort" -> isBestEffort(pod);
            case "NotBestEffort" -> !isBestEffort(pod);
            case "PriorityClass" -> {
                String name = pod.path("spec").path("priorityClassName").asText();
                yield scope.isMetBy(name.isEmpty() ? List.of() : List.of(name));
            }
            case "CrossNamespacePodAffinity" -> looksElsewhere(pod);
            default -> false;
        };
    }

    /// Whether the pod has a deadline.
    private static boolean isTerminating(JsonNode pod) {
        return pod.path("spec").path("activeDeadlineSeconds").asLong(-1) >= 0;
    }

    private static boolean isBestEffort(JsonNode pod) {
        return pod.path("status")
                .path("qosClass")
                .asText(QosClass.of(pod.path("spec")))
                .equals("BestEffort");
    }

    private static boolean looksElsewhere(JsonNode pod) {
        for (String affinity : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode terms = pod.path("spec").path("affinity").path(affinity);
            for (JsonNode term : terms.path("requiredDuringSchedulingIgnoredDuringExecution")) {
                if (looksElsewhereBy(term)) {
                    return true;
                }
            }
            for (JsonNode term : terms.path("preferredDuringSchedulingIgnoredDuringExecution")) {
                if (looksElsewhereBy(term.path("podAffinityTerm"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean looksElsewhereBy(JsonNode term) {
        return !term.path("namespaces").isEmpty() || term.path("namespaceSelector").isObject();
    }
}
