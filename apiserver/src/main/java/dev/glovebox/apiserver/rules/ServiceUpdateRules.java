package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// What a change of a Service must leave alone: the first of its addresses and families, unless it
/// changes from or to a Service without any. Source: `core/validation`, `ValidateServiceUpdate`.
public final class ServiceUpdateRules {
    private static final Path SPEC = Path.of("spec");
    private static final List<String> MODES = List.of("Proxy", "VIP");

    private ServiceUpdateRules() {}

    /// Notes what must not have changed.
    public static void check(JsonNode service, JsonNode before, FieldErrors errors) {
        JsonNode spec = service.path("spec");
        JsonNode old = before.path("spec");
        boolean headless = ServiceRules.isHeadless(spec);
        boolean was = ServiceRules.isHeadless(old);
        if (!isExternalName(spec) && !isExternalName(old)) {
            if (!(headless && was)) {
                kept("clusterIPs", "clusterIP", spec, old, errors);
            }
            if (!headless && !was) {
                kept("ipFamilies", "ipFamily", spec, old, errors);
            }
        }
        boolean balanced = isBalanced(spec) && isBalanced(old);
        if (balanced && !spec.path("loadBalancerClass").equals(old.path("loadBalancerClass"))) {
            errors.invalid(
                    SPEC.field("loadBalancerClass"),
                    spec.path("loadBalancerClass"),
                    "may not change once set");
        }
        if (ServiceTrafficRules.needsHealthCheck(spec)
                && ServiceTrafficRules.needsHealthCheck(old)
                && !spec.path("healthCheckNodePort").equals(old.path("healthCheckNodePort"))) {
            errors.forbidden(SPEC.field("healthCheckNodePort"), "field is immutable");
        }
    }

    private static void kept(
            String field, String word, JsonNode spec, JsonNode old, FieldErrors errors) {
        JsonNode values = spec.path(field);
        JsonNode before = old.path(field);
        Path path = SPEC.field(field);
        if (values.size() == before.size()) {
            for (int i = 0; i < values.size(); i++) {
                if (!values.get(i).equals(before.get(i))) {
                    // Of families Kubernetes names the first, whichever it is.
                    int at = field.equals("ipFamilies") ? 0 : i;
                    errors.invalid(path.index(at), values, "may not change once set");
                }
            }
            return;
        }
        boolean fewer = values.size() < before.size();
        if (fewer && spec.path("clusterIPs").isEmpty()) {
            errors.invalid(path.index(0), values, "primary " + word + " can not be unset");
        }
        if (!values.isEmpty() && !before.isEmpty() && !values.get(0).equals(before.get(0))) {
            errors.invalid(path.index(0), spec.path("clusterIPs"), "may not change once set");
        }
        if (fewer
                && values.size() == 1
                && !spec.path("ipFamilyPolicy").asText().equals("SingleStack")) {
            errors.invalid(
                    SPEC.field("ipFamilyPolicy"),
                    spec.path("ipFamilyPolicy"),
                    "must be set to 'SingleStack' when releasing the secondary " + word);
        }
    }

    /// Rules for a changed status: addresses of a load balancer.
    public static void checkStatus(JsonNode service, FieldErrors errors) {
        Path path = Path.of("status.loadBalancer.ingress");
        JsonNode ingress = service.path("status").path("loadBalancer").path("ingress");
        if (!isBalanced(service.path("spec")) && !ingress.isEmpty()) {
            errors.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }
        for (int i = 0; i < ingress.size(); i++) {
            ingress(ingress.get(i), path.index(i), errors);
        }
    }

    private static void ingress(JsonNode ingress, Path path, FieldErrors errors) {
        String address = ingress.path("ip").asText();
        String mode = ingress.path("ipMode").asText();
        if (!address.isEmpty()) {
            IpAddress.check(address, path.field("ip"), errors);
        } else if (ingress.has("ipMode")) {
            errors.forbidden(path.field("ipMode"), "may not be specified when `ip` is not set");
        }
        if (!address.isEmpty() && !MODES.contains(mode)) {
            errors.unsupported(path.field("ipMode"), mode, MODES);
        }
        String host = ingress.path("hostname").asText();
        if (!host.isEmpty()) {
            errors.invalid(path.field("hostname"), host, Words.subdomain(host));
            if (IpAddress.parse(host).isPresent()) {
                errors.invalid(
                        path.field("hostname"), host, "must be a DNS name, not an IP address");
            }
        }
    }

    private static boolean isExternalName(JsonNode spec) {
        return spec.path("type").asText().equals("ExternalName");
    }

    private static boolean isBalanced(JsonNode spec) {
        return spec.path("type").asText().equals("LoadBalancer");
    }
}
