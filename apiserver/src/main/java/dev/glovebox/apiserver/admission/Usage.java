package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/// What something requests of each resource, and to what it is limited.
record Usage(Map<String, Quantity> requests, Map<String, Quantity> limits) {
    Usage {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
    }

    /// Each container of a pod, those that come first too.
    static List<Usage> containers(JsonNode pod) {
        List<Usage> all = new ArrayList<>();
        for (String list : List.of("containers", "initContainers")) {
            pod.path("spec").path(list).forEach(each -> all.add(of(each.path("resources"))));
        }
        return all;
    }

    /// A whole pod: its containers together, or the largest of those that come first.
    static Usage pod(JsonNode pod) {
        Map<String, Quantity> requests = new TreeMap<>();
        Map<String, Quantity> limits = new TreeMap<>();
        for (JsonNode container : pod.path("spec").path("containers")) {
            Usage each = of(container.path("resources"));
            merge(requests, each.requests(), Quantity::plus);
            merge(limits, each.limits(), Quantity::plus);
        }
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            Usage each = of(container.path("resources"));
            merge(requests, each.requests(), Usage::larger);
            merge(limits, each.limits(), Usage::larger);
        }
        return new Usage(requests, limits);
    }

    /// A claim, which has requests alone; they are held against maxima as limits are.
    static Usage claim(JsonNode claim) {
        Usage asked = of(claim.path("spec").path("resources"));
        return new Usage(asked.requests(), asked.requests());
    }

    private static Quantity larger(Quantity one, Quantity other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static void merge(
            Map<String, Quantity> sum,
            Map<String, Quantity> more,
            BinaryOperator<Quantity> together) {
        more.forEach((name, amount) -> sum.merge(name, amount, together));
    }

    private static Usage of(JsonNode resources) {
        return new Usage(amounts(resources.path("requests")), amounts(resources.path("limits")));
    }

    static Map<String, Quantity> amounts(JsonNode amounts) {
        Map<String, Quantity> found = new TreeMap<>();
        amounts.properties()
                .forEach(
                        each -> found.put(each.getKey(), Quantity.parse(each.getValue().asText())));
        return found;
    }
}
