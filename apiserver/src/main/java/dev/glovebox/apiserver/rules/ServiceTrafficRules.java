package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about who may reach a Service and how its traffic is spread.
public final class ServiceTrafficRules {
    /// How traffic may be routed.
    public static final List<String> POLICIES = List.of("Cluster", "Local");

    private static final List<String> DISTRIBUTIONS =
            List.of("PreferClose", "PreferSameZone", "PreferSameNode");
    private static final String RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private static final String BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";
    private static final Path SPEC = Path.of("spec");

    private ServiceTrafficRules() {}

    /// Whether others than the cluster's own can reach it.
    public static boolean isExternal(JsonNode spec) {
        return switch (spec.path("type").asText()) {
            case "LoadBalancer", "NodePort" -> true;
            case "ClusterIP" -> !spec.path("externalIPs").isEmpty();
            default -> false;
        };
    }

    /// Whether a load balancer must be told which nodes have a pod of it.
    public static boolean needsHealthCheck(JsonNode spec) {
        return isBalanced(spec) && spec.path("externalTrafficPolicy").asText().equals("Local");
    }

    private static boolean isBalanced(JsonNode spec) {
        return spec.path("type").asText().equals("LoadBalancer");
    }

    static void check(JsonNode service, FieldErrors errors) {
        JsonNode spec = service.path("spec");
        ranges(service, spec, errors);
        boolean allocates = spec.has("allocateLoadBalancerNodePorts");
        if (allocates && !isBalanced(spec)) {
            errors.forbidden(SPEC.field("allocateLoadBalancerNodePorts"), BALANCER_ONLY);
        }
        balancerClass(spec, errors);
        externalPolicy(spec, errors);
        healthCheck(spec, errors);
        internalPolicy(spec, errors);
        String distribution = spec.path("trafficDistribution").asText();
        if (spec.has("trafficDistribution") && !DISTRIBUTIONS.contains(distribution)) {
            errors.unsupported(SPEC.field("trafficDistribution"), distribution, DISTRIBUTIONS);
        }
    }

    private static void ranges(JsonNode service, JsonNode spec, FieldErrors errors) {
        JsonNode ranges = spec.path("loadBalancerSourceRanges");
        JsonNode annotation = service.path("metadata").path("annotations").path(RANGES);
        if (ranges.isEmpty() && annotation.isMissingNode()) {
            return;
        }
        // Kubernetes writes this field with a capital.
        Path path =
                ranges.isEmpty()
                        ? Path.of("metadata.annotations").key(RANGES)
                        : SPEC.field("LoadBalancerSourceRanges");
        if (!isBalanced(spec)) {
            errors.forbidden(path, BALANCER_ONLY);
        }
        for (int i = 0; i < ranges.size(); i++) {
            CidrRules.check(ranges.get(i).asText().strip(), path.index(i), errors);
        }
        if (ranges.isEmpty() && !annotation.asText().isBlank()) {
            for (String range : annotation.asText().split(",", -1)) {
                CidrRules.check(range.strip(), path, errors);
            }
        }
    }

    private static void balancerClass(JsonNode spec, FieldErrors errors) {
        if (!spec.has("loadBalancerClass")) {
            return;
        }
        Path path = SPEC.field("loadBalancerClass");
        if (isBalanced(spec)) {
            String name = spec.path("loadBalancerClass").asText();
            errors.invalid(path, name, Words.qualifiedName(name));
        } else {
            errors.forbidden(path, BALANCER_ONLY);
        }
    }

    private static void externalPolicy(JsonNode spec, FieldErrors errors) {
        Path path = SPEC.field("externalTrafficPolicy");
        String policy = spec.path("externalTrafficPolicy").asText();
        if (!isExternal(spec)) {
            if (!policy.isEmpty()) {
                errors.invalid(path, policy, "may only be set for externally-accessible services");
            }
        } else if (!POLICIES.contains(policy)) {
            errors.unsupported(path, policy, POLICIES);
        }
    }

    private static void healthCheck(JsonNode spec, FieldErrors errors) {
        Path path = SPEC.field("healthCheckNodePort");
        JsonNode port = spec.path("healthCheckNodePort");
        if (needsHealthCheck(spec)) {
            if (port.asLong() == 0) {
                errors.required(path, "");
            } else {
                Words.portNumber(port.asLong()).forEach(each -> errors.invalid(path, port, each));
            }
        } else if (port.asLong() != 0) {
            errors.invalid(
                    path,
                    port,
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
    }

    private static void internalPolicy(JsonNode spec, FieldErrors errors) {
        String policy = spec.path("internalTrafficPolicy").asText();
        if (spec.has("internalTrafficPolicy") && !POLICIES.contains(policy)) {
            errors.unsupported(SPEC.field("internalTrafficPolicy"), policy, POLICIES);
        }
    }
}
