package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// Rules about Services. Source: `core/validation`, `validateService`.
public final class ServiceRules {
    private static final List<String> TYPES =
            List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> AFFINITIES = List.of("ClientIP", "None");
    private static final String HINTS = "service.kubernetes.io/topology-aware-hints";
    private static final String MODE = "service.kubernetes.io/topology-mode";
    private static final int LONGEST_AFFINITY = 86400;
    private static final Path SPEC = Path.of("spec");

    private ServiceRules() {}

    /// Whether a Service has no address of its own.
    ///
    /// @param spec of the Service
    public static boolean isHeadless(JsonNode spec) {
        JsonNode addresses = spec.path("clusterIPs");
        return addresses.size() == 1 && addresses.get(0).asText().equals("None");
    }

    /// Rules for a Service, whether new or changed.
    public static void check(JsonNode service, FieldErrors errors) {
        topology(service.path("metadata").path("annotations"), errors);
        JsonNode spec = service.path("spec");
        type(spec, errors);
        ServicePortRules.check(spec.path("ports"), SPEC.field("ports"), errors);
        MetaRules.labels(spec.path("selector"), SPEC.field("selector"), errors);
        affinity(spec, errors);
        ServiceAddressRules.check(spec, errors);
        external(spec.path("externalIPs"), errors);
        String type = spec.path("type").asText();
        if (!TYPES.contains(type)) {
            errors.unsupported(SPEC.field("type"), type, TYPES);
        }
        if (type.equals("ClusterIP")) {
            withoutNodePorts(spec.path("ports"), errors);
        }
        ServicePortRules.checkDuplicates(spec.path("ports"), SPEC.field("ports"), errors);
        ServiceTrafficRules.check(service, errors);
    }

    private static void topology(JsonNode annotations, FieldErrors errors) {
        if (annotations.has(HINTS)
                && annotations.has(MODE)
                && !annotations.path(HINTS).equals(annotations.path(MODE))) {
            errors.invalid(
                    Path.of("metadata.annotations").key(MODE),
                    annotations.path(MODE),
                    "must match annotations[" + HINTS + "] when both are specified");
        }
    }

    private static void type(JsonNode spec, FieldErrors errors) {
        String type = spec.path("type").asText();
        if (spec.path("ports").isEmpty() && !isHeadless(spec) && !type.equals("ExternalName")) {
            errors.required(SPEC.field("ports"), "");
        }
        if (List.of("LoadBalancer", "NodePort").contains(type) && isHeadless(spec)) {
            errors.invalid(
                    SPEC.field("clusterIPs").index(0),
                    "None",
                    "may not be set to 'None' for " + type + " services");
        }
        if (type.equals("ExternalName")) {
            for (String field : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
                JsonNode value = spec.path(field);
                if (value.isTextual() || !value.isEmpty()) {
                    errors.forbidden(SPEC.field(field), "may not be set for ExternalName services");
                }
            }
            name(spec.path("externalName").asText(), errors);
        }
    }

    private static void name(String name, FieldErrors errors) {
        String relative = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (relative.isEmpty()) {
            errors.required(SPEC.field("externalName"), "");
        } else {
            errors.invalid(SPEC.field("externalName"), relative, Words.subdomain(relative));
        }
    }

    private static void affinity(JsonNode spec, FieldErrors errors) {
        String affinity = spec.path("sessionAffinity").asText();
        Path path = SPEC.field("sessionAffinityConfig");
        if (!AFFINITIES.contains(affinity)) {
            errors.unsupported(SPEC.field("sessionAffinity"), affinity, AFFINITIES);
        } else if (affinity.equals("ClientIP")) {
            JsonNode seconds =
                    spec.path("sessionAffinityConfig").path("clientIP").path("timeoutSeconds");
            if (seconds.asLong() <= 0 || seconds.asLong() > LONGEST_AFFINITY) {
                errors.invalid(
                        path.field("clientIP").field("timeoutSeconds"),
                        seconds,
                        "must be greater than 0 and less than " + LONGEST_AFFINITY);
            }
        }
    }

    private static void external(JsonNode addresses, FieldErrors errors) {
        for (int i = 0; i < addresses.size(); i++) {
            Path path = SPEC.field("externalIPs").index(i);
            if (IpAddress.check(addresses.get(i).asText(), path, errors)) {
                EndpointAddress.check(addresses.get(i).asText(), path, errors);
            }
        }
    }

    private static void withoutNodePorts(JsonNode ports, FieldErrors errors) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).path("nodePort").asLong() != 0) {
                errors.forbidden(
                        SPEC.field("ports").index(i).field("nodePort"),
                        "may not be used when `type` is 'ClusterIP'");
            }
        }
    }

    /// What is allowed and probably not meant. Source: `api/service/warnings.go`.
    public static List<String> warnings(JsonNode service) {
        List<String> warnings = new ArrayList<>();
        if (service.path("metadata").path("annotations").has(HINTS)) {
            warnings.add(
                    "annotation %s is deprecated, please use %s instead".formatted(HINTS, MODE));
        }
        JsonNode spec = service.path("spec");
        if (isHeadless(spec)) {
            headless(spec, warnings);
        } else {
            addresses(spec, "clusterIPs", warnings);
        }
        addresses(spec, "externalIPs", warnings);
        String balancer = spec.path("loadBalancerIP").asText();
        warnings.addAll(IpAddress.warnings(balancer, SPEC.field("loadBalancerIP")));
        JsonNode ranges = spec.path("loadBalancerSourceRanges");
        for (int i = 0; i < ranges.size(); i++) {
            Path path = SPEC.field("loadBalancerSourceRanges").index(i);
            warnings.addAll(CidrRules.warnings(ranges.get(i).asText(), path));
        }
        boolean named = spec.path("type").asText().equals("ExternalName");
        if (named && !spec.path("externalIPs").isEmpty()) {
            warnings.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        }
        if (!named && !spec.path("externalName").asText().isEmpty()) {
            warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        }
        return warnings;
    }

    private static void headless(JsonNode spec, List<String> warnings) {
        if (!spec.path("loadBalancerIP").asText().isEmpty()) {
            warnings.add("spec.loadBalancerIP is ignored for headless services");
        }
        if (!spec.path("externalIPs").isEmpty()) {
            warnings.add("spec.externalIPs is ignored for headless services");
        }
        if (!spec.path("sessionAffinity").asText().equals("None")) {
            warnings.add("spec.SessionAffinity is ignored for headless services");
        }
    }

    private static void addresses(JsonNode spec, String field, List<String> warnings) {
        for (int i = 0; i < spec.path(field).size(); i++) {
            String address = spec.path(field).get(i).asText();
            warnings.addAll(IpAddress.warnings(address, SPEC.field(field).index(i)));
        }
    }
}
