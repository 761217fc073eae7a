package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.IpAddress;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.ServiceAddressRules;
import java.util.List;
import java.util.Optional;

/// Completes a Service's families of addresses. Source: `registry/core/service/storage/alloc.go`,
/// `initIPFamilyFields`.
final class ServiceFamilies {
    private static final Path SPEC = Path.of("spec");
    private static final String POLICY = "ipFamilyPolicy";
    private static final String SINGLE = "SingleStack";

    private final List<ServiceRange> ranges;

    /// @param ranges of the cluster, one a family, the usual first
    ServiceFamilies(List<ServiceRange> ranges) {
        this.ranges = ranges;
    }

    /// The range of a family that the cluster has.
    ServiceRange range(String family) {
        return ranges.stream()
                .filter(each -> each.family().equals(family))
                .findFirst()
                .orElseThrow();
    }

    private boolean has(String family) {
        return ranges.stream().anyMatch(each -> each.family().equals(family));
    }

    private String usual() {
        return ranges.getFirst().family();
    }

    /// Whether a Service preferred both families before and does now, with nothing changed: it
    /// stays as it is, also on a cluster that has come to have more or fewer of them.
    static boolean prefersAsBefore(JsonNode spec, JsonNode old) {
        String policy = old.path(POLICY).asText("PreferDualStack");
        return spec.path(POLICY).asText().equals("PreferDualStack")
                && policy.equals("PreferDualStack")
                && !spec.path("type").asText().equals("ExternalName")
                && spec.path("type").equals(old.path("type"))
                && spec.path("clusterIPs").equals(old.path("clusterIPs"))
                && spec.path("ipFamilies").equals(old.path("ipFamilies"));
    }

    /// @param old spec of a Service that is changed
    void complete(ObjectNode spec, Optional<JsonNode> old, FieldErrors errors) {
        if (spec.path("type").asText().equals("ExternalName")) {
            return;
        }
        boolean free = selfless(spec);
        if (!spec.has(POLICY)) {
            String before = old.map(each -> each.path(POLICY).asText()).orElse("");
            spec.put(POLICY, before.isEmpty() ? (free ? "RequireDualStack" : SINGLE) : before);
        }
        ServiceAddressRules.check(spec, errors);
        if (!errors.isEmpty()) {
            return;
        }
        old.ifPresent(each -> reduce(spec, each, errors));
        infer(spec, errors);
        if (!errors.isEmpty()) {
            return;
        }
        if (free) {
            both(spec);
        } else {
            check(spec, errors);
        }
    }

    /// A Service without address and selector may have any families: nobody knows its endpoints.
    private static boolean selfless(JsonNode spec) {
        return spec.path("clusterIP").asText().equals("None") && spec.path("selector").isEmpty();
    }

    private static void reduce(ObjectNode spec, JsonNode old, FieldErrors errors) {
        for (String field : new String[] {"clusterIPs", "ipFamilies"}) {
            JsonNode values = spec.path(field);
            if (spec.path(POLICY).asText().equals(SINGLE)) {
                if (values.size() > 1 && values.equals(old.path(field))) {
                    spec.set(field, JsonNodeFactory.instance.arrayNode().add(values.get(0)));
                }
            } else if (old.path(field).size() == 2 && values.size() == 1) {
                String what = field.equals("clusterIPs") ? "cluster IP" : "IP family";
                invalidPolicy(
                        spec, "must be 'SingleStack' to release the secondary " + what, errors);
            }
        }
    }

    private void infer(ObjectNode spec, FieldErrors errors) {
        if (spec.path(POLICY).asText().equals(SINGLE)) {
            String words = "must be 'RequireDualStack' or 'PreferDualStack' when multiple ";
            if (spec.path("clusterIPs").size() == 2) {
                invalidPolicy(spec, words + "cluster IPs are specified", errors);
            }
            if (spec.path("ipFamilies").size() == 2) {
                invalidPolicy(spec, words + "IP families are specified", errors);
            }
        }
        JsonNode addresses = spec.path("clusterIPs");
        ArrayNode families = Trees.list(spec, "ipFamilies");
        for (int i = families.size(); i < addresses.size(); i++) {
            Optional<IpAddress> address = IpAddress.parse(addresses.get(i).asText());
            if (address.isEmpty()) {
                return;
            }
            String family = address.get().family();
            if (has(family)) {
                families.add(family);
            } else {
                errors.invalid(
                        SPEC.field("clusterIPs").index(i),
                        addresses,
                        family + " is not configured on this cluster");
            }
        }
    }

    private void both(ObjectNode spec) {
        ArrayNode families = Trees.list(spec, "ipFamilies");
        if (families.isEmpty()) {
            families.add(usual());
        }
        addOther(spec, families);
    }

    private void check(ObjectNode spec, FieldErrors errors) {
        if (spec.path(POLICY).asText().equals("RequireDualStack") && ranges.size() < 2) {
            invalidPolicy(spec, "this cluster is not configured for dual-stack services", errors);
        }
        ArrayNode families = Trees.list(spec, "ipFamilies");
        for (int i = 0; i < families.size(); i++) {
            if (!has(families.get(i).asText())) {
                errors.invalid(
                        SPEC.field("ipFamilies").index(i),
                        families.get(i),
                        "not configured on this cluster");
            }
        }
        if (!errors.isEmpty()) {
            return;
        }
        if (families.isEmpty()) {
            families.add(usual());
        }
        if (ranges.size() > 1) {
            addOther(spec, families);
        }
    }

    private static void addOther(JsonNode spec, ArrayNode families) {
        if (families.size() == 1 && !spec.path(POLICY).asText().equals(SINGLE)) {
            families.add(families.get(0).asText().equals("IPv4") ? "IPv6" : "IPv4");
        }
    }

    private static void invalidPolicy(JsonNode spec, String words, FieldErrors errors) {
        errors.invalid(SPEC.field(POLICY), spec.path(POLICY), words);
    }
}
