package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.ServiceRules;
import dev.glovebox.apiserver.rules.ServiceTrafficRules;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Gives Services their cluster address and their ports on the nodes. Source:
/// `registry/core/service/storage`.
final class ServiceAllocation implements Allocation {
    private static final Path SPEC = Path.of("spec");

    private final List<ServiceRange> ranges;
    private final ServiceFamilies families;

    /// @param ranges that Services have addresses of, the usual first
    ServiceAllocation(List<ServiceRange> ranges) {
        this.ranges = ranges;
        this.families = new ServiceFamilies(ranges);
    }

    @Override
    public void complete(
            ObjectNode service,
            Optional<ObjectNode> before,
            List<ObjectNode> others,
            FieldErrors errors) {
        ObjectNode spec = Trees.object(service, "spec");
        Optional<JsonNode> old = before.map(each -> each.path("spec"));
        old.ifPresent(each -> ServiceContinuity.keep(spec, each));
        if (old.isEmpty() && spec.path("clusterIPs").isEmpty() && spec.has("clusterIP")) {
            spec.putArray("clusterIPs").add(spec.get("clusterIP"));
        }
        boolean same = old.filter(each -> ServiceFamilies.prefersAsBefore(spec, each)).isPresent();
        if (!same) {
            families.complete(spec, old, errors);
        }
        if (!errors.isEmpty()) {
            return;
        }
        ServicePool pool = new ServicePool(service, others, ranges);
        if (!same) {
            addresses(spec, old, pool, errors);
        }
        if (errors.isEmpty()) {
            ports(spec, old, pool, errors);
        }
    }

    /// A Service that has none yet gets one of each family, one that has one the second that it has
    /// come to want.
    private void addresses(
            ObjectNode spec, Optional<JsonNode> old, ServicePool pool, FieldErrors errors) {
        boolean fresh = old.filter(ServiceAllocation::wantsAddress).isEmpty();
        boolean changesFromNone = old.filter(ServiceRules::isHeadless).isPresent();
        if (!wantsAddress(spec) || changesFromNone) {
            return;
        }
        ArrayNode addresses = Trees.list(spec, "clusterIPs");
        int known = fresh ? 0 : old.map(each -> each.path("ipFamilies").size()).orElse(0);
        for (int i = known; i < spec.path("ipFamilies").size(); i++) {
            ServiceRange range = families.range(spec.path("ipFamilies").get(i).asText());
            String asked = addresses.path(i).asText();
            if (asked.isEmpty()) {
                addresses.add(pool.nextAddress(range));
            } else {
                pool.takeAddress(range, asked)
                        .ifPresent(wrong ->
                                errors.invalid(
                                        SPEC.field("clusterIPs"),
                                        addresses,
                                        "failed to allocate IP " + asked + ": " + wrong));
            }
        }
        if (!addresses.isEmpty()) {
            spec.set("clusterIP", addresses.get(0));
        }
    }

    private static boolean wantsAddress(JsonNode spec) {
        return !spec.path("type").asText().equals("ExternalName") && !ServiceRules.isHeadless(spec);
    }

    private static void ports(
            ObjectNode spec, Optional<JsonNode> old, ServicePool pool, FieldErrors errors) {
        if (List.of("NodePort", "LoadBalancer").contains(spec.path("type").asText())) {
            nodePorts(spec, old.map(each -> each.path("ports")), pool, errors);
        }
        boolean checked = old.filter(ServiceTrafficRules::needsHealthCheck).isPresent();
        if (ServiceTrafficRules.needsHealthCheck(spec) && !checked) {
            int asked = spec.path("healthCheckNodePort").asInt();
            if (asked == 0) {
                spec.put("healthCheckNodePort", pool.nextPort());
            } else {
                pool.takePort(asked).ifPresent(wrong -> refuse(asked, wrong));
            }
        }
    }

    private static void refuse(int port, String wrong) {
        throw new ApiException(
                StatusReason.INTERNAL_ERROR,
                "Internal error occurred: failed to allocate requested HealthCheck NodePort %d: %s"
                        .formatted(port, wrong));
    }

    /// Ports of one number share their node port, whatever their protocol.
    private static void nodePorts(
            ObjectNode spec, Optional<JsonNode> old, ServicePool pool, FieldErrors errors) {
        boolean gives = spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
        Map<Integer, Integer> given = new HashMap<>();
        ArrayNode ports = Trees.list(spec, "ports");
        List<ObjectNode> all = Trees.objects(ports);
        all.forEach(port -> remember(port, given));
        Set<Integer> taken = new HashSet<>();
        old.ifPresent(before -> before.forEach(port -> taken.add(nodePort(port))));
        for (int i = 0; i < all.size(); i++) {
            ObjectNode port = all.get(i);
            int number = port.path("port").asInt();
            if (nodePort(port) == 0) {
                if (!gives) {
                    continue;
                }
                int shared = old.isEmpty() ? given.getOrDefault(number, 0) : 0;
                port.put("nodePort", shared == 0 ? next(pool, taken) : shared);
                remember(port, given);
            }
            take(nodePort(port), SPEC.field("ports").index(i), pool, taken, errors);
        }
    }

    private static int next(ServicePool pool, Set<Integer> taken) {
        int port = pool.nextPort();
        while (taken.contains(port)) {
            port = pool.nextPort();
        }
        taken.add(port);
        return port;
    }

    private static void take(
            int port, Path path, ServicePool pool, Set<Integer> taken, FieldErrors errors) {
        if (taken.add(port)) {
            pool.takePort(port)
                    .ifPresent(wrong ->
                            errors.invalid(path.field("nodePort"), IntNode.valueOf(port), wrong));
        }
    }

    private static void remember(ObjectNode port, Map<Integer, Integer> given) {
        if (nodePort(port) != 0) {
            given.putIfAbsent(port.path("port").asInt(), nodePort(port));
        }
    }

    private static int nodePort(JsonNode port) {
        return port.path("nodePort").asInt();
    }
}
