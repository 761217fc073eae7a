package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.schema.Quantity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Services, of which some take node ports and balancers.
final class ServiceEvaluator implements Evaluator {
    private static final String PORTS = "services.nodeports";
    private static final String BALANCERS = "services.loadbalancers";
    private static final Set<String> NAMES = Set.of("services", "count/services", PORTS, BALANCERS);

    @Override
    public boolean handles(String subresource, JsonNode object, Optional<? extends JsonNode> old) {
        return subresource.isEmpty();
    }

    @Override
    public boolean tracks(String name) {
        return NAMES.contains(name);
    }

    @Override
    public Amounts usage(JsonNode service, Instant now) {
        Quantity one = Quantity.of(1);
        boolean balanced = service.path("spec").path("type").asText().equals("LoadBalancer");
        return Amounts.of(
                Map.of(
                        "services",
                        one,
                        "count/services",
                        one,
                        PORTS,
                        Quantity.of(nodePorts(service.path("spec"))),
                        BALANCERS,
                        Quantity.of(balanced ? 1 : 0)));
    }

    /// Ports are counted before they are given; a balancer may say that it needs none but those
    /// that it names.
    private static long nodePorts(JsonNode spec) {
        JsonNode ports = spec.path("ports");
        return switch (spec.path("type").asText()) {
            case "NodePort" -> ports.size();
            case "LoadBalancer" ->
                    spec.path("allocateLoadBalancerNodePorts").asBoolean(true)
                            ? ports.size()
                            : named(ports);
            default -> 0;
        };
    }

    private static long named(JsonNode ports) {
        long named = 0;
        for (JsonNode port : ports) {
            named += port.path("nodePort").asInt() == 0 ? 0 : 1;
        }
        return named;
    }
}
