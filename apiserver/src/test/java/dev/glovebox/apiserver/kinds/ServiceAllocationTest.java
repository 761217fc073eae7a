package dev.glovebox.apiserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Addresses of Services on a cluster that has a range of each family.
class ServiceAllocationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final ServiceAllocation allocation =
            new ServiceAllocation(List.of(ServiceRange.IPV4, ServiceRange.IPV6));
    private final List<ObjectNode> others = new ArrayList<>();
    private final FieldErrors errors = new FieldErrors();

    private static ObjectNode service(String spec) {
        try {
            return (ObjectNode)
                    JSON.readTree(
                            "{'metadata': {'name': 's', 'namespace': 'a'}, 'spec': {'type': 'ClusterIP', 'selector': {'a': 'b'}%s}}"
                                    .formatted(spec)
                                    .replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(spec, e);
        }
    }

    private JsonNode made(String spec) {
        ObjectNode service = service(spec);
        allocation.complete(service, Optional.empty(), others, errors);
        return service.path("spec");
    }

    private JsonNode changed(JsonNode from, String spec) {
        ObjectNode old = service("");
        old.set("spec", from.deepCopy());
        ObjectNode service = service(spec);
        allocation.complete(service, Optional.of(old), others, errors);
        return service.path("spec");
    }

    @Test
    void a_service_that_does_not_say_has_one_address_of_the_usual_family() {
        JsonNode spec = made("");
        assertThat(spec.path("clusterIPs")).hasSize(1);
        assertThat(spec.path("clusterIP").asText()).startsWith("10.96.1.");
        assertThat(spec.path("ipFamilyPolicy").asText()).isEqualTo("SingleStack");
    }

    @Test
    void one_that_wants_both_has_both_in_the_order_that_it_says() {
        JsonNode spec = made(", 'ipFamilyPolicy': 'PreferDualStack', 'ipFamilies': ['IPv6']");
        assertThat(spec.path("clusterIPs").get(0).asText()).startsWith("fd00:10:96::");
        assertThat(spec.path("clusterIPs").get(1).asText()).startsWith("10.96.");
        assertThat(spec.path("clusterIP")).isEqualTo(spec.path("clusterIPs").get(0));
        assertThat(spec.path("ipFamilies").toString()).isEqualTo("[\"IPv6\",\"IPv4\"]");
    }

    @Test
    void nobody_gets_what_another_has() {
        others.add(service(", 'clusterIPs': ['10.96.1.0', 'fd00:10:96::100']"));
        JsonNode spec = made(", 'ipFamilyPolicy': 'RequireDualStack'");
        assertThat(spec.path("clusterIPs").toString())
                .isEqualTo("[\"10.96.1.1\",\"fd00:10:96::101\"]");
        made(", 'clusterIP': 'fd00:10:96::100', 'clusterIPs': ['fd00:10:96::100']");
        assertThat(errors.message())
                .contains(
                        "failed to allocate IP fd00:10:96::100: provided IP is already allocated");
    }

    @Test
    void a_second_address_comes_and_goes_with_the_policy() {
        JsonNode single = made("");
        JsonNode both = changed(single, ", 'ipFamilyPolicy': 'PreferDualStack'");
        assertThat(both.path("clusterIPs")).hasSize(2);
        assertThat(both.path("clusterIPs").get(0)).isEqualTo(single.path("clusterIP"));
        JsonNode again =
                changed(both, ", 'ipFamilyPolicy': 'SingleStack', 'ipFamilies': ['IPv4', 'IPv6']");
        assertThat(again.path("clusterIPs")).hasSize(1);
        assertThat(again.path("ipFamilies")).hasSize(1);
        assertThat(errors.isEmpty()).isTrue();
    }

    @Test
    void where_ipv6_is_first_it_is_what_a_service_has_that_does_not_say() {
        ServiceAllocation six =
                new ServiceAllocation(List.of(ServiceRange.IPV6, ServiceRange.IPV4));
        ObjectNode plain = service("");
        six.complete(plain, Optional.empty(), others, errors);
        assertThat(plain.at("/spec/clusterIPs").toString()).isEqualTo("[\"fd00:10:96::100\"]");
        assertThat(plain.at("/spec/ipFamilies").toString()).isEqualTo("[\"IPv6\"]");
        ObjectNode both = service(", 'ipFamilyPolicy': 'PreferDualStack'");
        six.complete(both, Optional.empty(), others, errors);
        assertThat(both.at("/spec/clusterIPs").toString())
                .isEqualTo("[\"fd00:10:96::100\",\"10.96.1.0\"]");
        assertThat(errors.isEmpty()).isTrue();
    }

    @Test
    void the_first_address_of_the_first_range_is_the_apis_own() {
        ObjectNode first =
                service(", 'clusterIP': 'fd00:10:96::1', 'clusterIPs': ['fd00:10:96::1']");
        new ServiceAllocation(List.of(ServiceRange.IPV6))
                .complete(first, Optional.empty(), others, errors);
        assertThat(errors.message()).contains("provided IP is already allocated");
    }

    @Test
    void the_network_and_the_broadcast_address_are_nobodys() {
        for (String address : List.of("10.96.0.0", "10.96.255.255", "fd00:10:96::")) {
            FieldErrors wrong = new FieldErrors();
            ObjectNode asks =
                    service(", 'clusterIP': '%1$s', 'clusterIPs': ['%1$s']".formatted(address));
            allocation.complete(asks, Optional.empty(), others, wrong);
            assertThat(wrong.message())
                    .contains("the provided network does not match the current range");
        }
        made(", 'clusterIP': 'fd00:10:96::ffff', 'clusterIPs': ['fd00:10:96::ffff']");
        assertThat(errors.isEmpty()).isTrue();
    }

    @Test
    void on_a_cluster_of_ipv6_alone_ipv4_is_refused() {
        ObjectNode service = service(", 'ipFamilies': ['IPv4']");
        new ServiceAllocation(List.of(ServiceRange.IPV6))
                .complete(service, Optional.empty(), others, errors);
        assertThat(errors.message()).contains("not configured on this cluster");
    }

    @Test
    void on_a_cluster_of_one_family_the_other_is_refused() {
        ObjectNode service = service(", 'ipFamilyPolicy': 'RequireDualStack'");
        new ServiceAllocation(ServiceRange.SINGLE)
                .complete(service, Optional.empty(), others, errors);
        assertThat(errors.message())
                .contains("this cluster is not configured for dual-stack services");
    }
}
