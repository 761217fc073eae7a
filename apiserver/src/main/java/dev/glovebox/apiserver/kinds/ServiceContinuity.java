package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.ServiceTrafficRules;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// What a changed Service keeps of what it was given, though the client did not say so, and what it
/// loses when its type needs it no more. Source: `patchAllocatedValues`, `normalizeClusterIPs` and
/// `dropTypeDependentFields` of `registry/core/service`.
final class ServiceContinuity {
    private ServiceContinuity() {}

    /// Fills in what was given before.
    static void keep(ObjectNode spec, JsonNode old) {
        if (hasAddress(spec) && hasAddress(old)) {
            if (spec.path("clusterIP").asText().isEmpty()) {
                UpdateStrategy.keep(spec, old, "clusterIP");
            }
            if (spec.path("clusterIPs").isEmpty()) {
                UpdateStrategy.keep(spec, old, "clusterIPs");
            }
        }
        boolean same = spec.path("clusterIPs").equals(old.path("clusterIPs"));
        if (!spec.path("clusterIP").equals(old.path("clusterIP")) && same) {
            // An old client, which knows one address only.
            spec.remove("clusterIPs");
            if (!spec.path("clusterIP").asText().isEmpty()) {
                spec.putArray("clusterIPs").add(spec.get("clusterIP"));
            }
        }
        if (hasNodePorts(spec) && hasNodePorts(old)) {
            keepNodePorts(spec, old);
        }
        if (ServiceTrafficRules.needsHealthCheck(spec)
                && ServiceTrafficRules.needsHealthCheck(old)
                && spec.path("healthCheckNodePort").asInt() == 0) {
            UpdateStrategy.keep(spec, old, "healthCheckNodePort");
        }
    }

    private static void keepNodePorts(ObjectNode spec, JsonNode old) {
        Set<Integer> used = nodePorts(spec);
        Map<String, Integer> byName = new HashMap<>();
        old.path("ports")
                .forEach(port ->
                        byName.put(port.path("name").asText(), port.path("nodePort").asInt()));
        for (ObjectNode port : Trees.objects(spec.path("ports"))) {
            int before = byName.getOrDefault(port.path("name").asText(), 0);
            if (port.path("nodePort").asInt() == 0 && before != 0 && !used.contains(before)) {
                port.put("nodePort", before);
            }
        }
    }

    /// Takes out what the new type does not need, where the client left it as it was.
    static void drop(ObjectNode spec, JsonNode old) {
        if (hasAddress(old) && !hasAddress(spec)) {
            boolean same = same(spec, old, "clusterIP") && same(spec, old, "clusterIPs");
            if (same) {
                spec.remove(List.of("clusterIP", "clusterIPs"));
            }
            unlessChanged(spec, old, "ipFamilies");
            unlessChanged(spec, old, "ipFamilyPolicy");
        }
        if (hasNodePorts(old) && !hasNodePorts(spec)) {
            if (nodePorts(old).containsAll(nodePorts(spec))) {
                Trees.objects(spec.path("ports")).forEach(port -> port.remove("nodePort"));
            }
        }
        dropIf(ServiceTrafficRules::needsHealthCheck, spec, old, "healthCheckNodePort");
        dropIf(ServiceContinuity::isBalanced, spec, old, "allocateLoadBalancerNodePorts");
        dropIf(ServiceContinuity::isBalanced, spec, old, "loadBalancerClass");
        dropIf(ServiceTrafficRules::isExternal, spec, old, "externalTrafficPolicy");
    }

    private static void dropIf(
            Predicate<JsonNode> needs, ObjectNode spec, JsonNode old, String field) {
        if (needs.test(old) && !needs.test(spec)) {
            unlessChanged(spec, old, field);
        }
    }

    private static void unlessChanged(ObjectNode spec, JsonNode old, String field) {
        if (same(spec, old, field)) {
            spec.remove(field);
        }
    }

    private static boolean same(JsonNode spec, JsonNode old, String field) {
        return spec.path(field).equals(old.path(field));
    }

    private static Set<Integer> nodePorts(JsonNode spec) {
        Set<Integer> ports = new HashSet<>();
        spec.path("ports").forEach(port -> ports.add(port.path("nodePort").asInt()));
        ports.remove(0);
        return ports;
    }

    private static boolean hasAddress(JsonNode spec) {
        return !spec.path("type").asText().equals("ExternalName");
    }

    static boolean isBalanced(JsonNode spec) {
        return spec.path("type").asText().equals("LoadBalancer");
    }

    private static boolean hasNodePorts(JsonNode spec) {
        return isBalanced(spec) || spec.path("type").asText().equals("NodePort");
    }
}
