package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.fields.FieldFilter;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.ServiceRules;
import dev.glovebox.apiserver.rules.ServiceTrafficRules;
import dev.glovebox.apiserver.rules.ServiceUpdateRules;
import dev.glovebox.apiserver.rules.Words;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What no schema says about Services.
final class ServiceStrategy implements Strategy {
    private static final int AFFINITY_SECONDS = 10800;
    private static final UpdateStrategy WHOLE =
            new UpdateStrategy() {
                @Override
                public void prepare(ObjectNode service, ObjectNode old) {
                    UpdateStrategy.keep(service, old, "status");
                    ServiceContinuity.drop(Trees.object(service, "spec"), old.path("spec"));
                    if (!ServiceContinuity.isBalanced(service.path("spec"))) {
                        service.putObject("status").putObject("loadBalancer");
                    }
                }

                @Override
                public void validate(ObjectNode service, ObjectNode old, FieldErrors errors) {
                    ServiceUpdateRules.check(service, old, errors);
                }
            };
    private static final UpdateStrategy STATUS =
            new UpdateStrategy() {
                @Override
                public void prepare(ObjectNode service, ObjectNode old) {
                    UpdateStrategy.keep(service, old, "spec");
                }

                @Override
                public FieldFilter counted() {
                    return UpdateStrategy.STATUS.counted();
                }

                @Override
                public void validate(ObjectNode service, ObjectNode old, FieldErrors errors) {
                    ServiceUpdateRules.checkStatus(service, errors);
                }
            };

    private final Allocation allocation;

    /// @param ranges that Services have addresses of, the usual first
    ServiceStrategy(List<ServiceRange> ranges) {
        this.allocation = new ServiceAllocation(ranges);
    }

    @Override
    public MetaRules.NameRule names() {
        return Words::serviceName;
    }

    @Override
    public void applyDefaults(ObjectNode service) {
        ObjectNode spec = Trees.object(service, "spec");
        affinity(spec);
        Trees.orText(spec, "type", "ClusterIP");
        for (ObjectNode port : Trees.objects(spec.path("ports"))) {
            Trees.orText(port, "protocol", "TCP");
            JsonNode target = port.path("targetPort");
            if (target.asText().isEmpty() || target.asText().equals("0")) {
                port.set("targetPort", port.path("port").deepCopy());
            }
        }
        if (ServiceTrafficRules.isExternal(spec)) {
            Trees.orText(spec, "externalTrafficPolicy", "Cluster");
        }
        if (List.of("ClusterIP", "LoadBalancer", "NodePort").contains(spec.path("type").asText())) {
            Trees.orText(spec, "internalTrafficPolicy", "Cluster");
        }
        // What leads out of the cluster has no traffic inside; only a wrong word stays, to be
        // refused.
        if (spec.path("type").asText().equals("ExternalName")
                && ServiceTrafficRules.POLICIES.contains(
                        spec.path("internalTrafficPolicy").asText())) {
            spec.remove("internalTrafficPolicy");
        }
        if (ServiceContinuity.isBalanced(spec)) {
            balanced(service, spec);
        }
    }

    private static void affinity(ObjectNode spec) {
        Trees.orText(spec, "sessionAffinity", "None");
        switch (spec.path("sessionAffinity").asText()) {
            case "None" -> spec.remove("sessionAffinityConfig");
            case "ClientIP" -> {
                ObjectNode client =
                        Trees.object(Trees.object(spec, "sessionAffinityConfig"), "clientIP");
                if (!client.has("timeoutSeconds")) {
                    client.put("timeoutSeconds", AFFINITY_SECONDS);
                }
            }
            default -> {}
        }
    }

    private static void balanced(ObjectNode service, ObjectNode spec) {
        if (!spec.has("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
        JsonNode ingress = service.path("status").path("loadBalancer").path("ingress");
        for (ObjectNode each : Trees.objects(ingress)) {
            if (!each.path("ip").asText().isEmpty()) {
                Trees.orText(each, "ipMode", "VIP");
            }
        }
    }

    @Override
    public void prepareCreate(ObjectNode service) {
        service.putObject("status").putObject("loadBalancer");
    }

    @Override
    public Optional<Allocation> allocation() {
        return Optional.of(allocation);
    }

    @Override
    public void validate(ObjectNode service, FieldErrors errors) {
        ServiceRules.check(service, errors);
    }

    @Override
    public boolean returnsDeleted() {
        return true;
    }

    @Override
    public List<String> warnings(ObjectNode service) {
        return ServiceRules.warnings(service);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return switch (subresource) {
            case "" -> Optional.of(WHOLE);
            case "status" -> Optional.of(STATUS);
            default -> Optional.empty();
        };
    }

    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        return Map.ofEntries(Selectable.text("spec.clusterIP"), Selectable.text("spec.type"));
    }
}
