package dev.glovebox.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.Lab;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServiceControllerTest {
    private final Lab lab = new Lab(Clock.systemUTC(), Duration.ofMillis(10));

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void start(String address) {
        start("10.96.0.1", address);
    }

    private void start(String clusterAddress, String address) {
        ApiService service = ApiService.at(clusterAddress, address, 6443);
        lab.start(settings -> ApiServiceController.start(settings, service));
        Lab.await(() -> lab.all(Kinds.ENDPOINT_SLICES).size() == 1);
    }

    @Test
    void the_service_says_where_the_api_listens() {
        start("192.0.2.7");
        var service = lab.get(Kinds.SERVICES, "kubernetes");
        assertThat(service.getSpec().getClusterIP()).isEqualTo("10.96.0.1");
        assertThat(service.getMetadata().getLabels())
                .containsEntry("provider", "kubernetes")
                .containsEntry("component", "apiserver");
        assertThat(service.getSpec().getPorts().getFirst().getTargetPort().getIntVal())
                .isEqualTo(6443);
        var subset = lab.get(Kinds.ENDPOINTS, "kubernetes").getSubsets().getFirst();
        assertThat(subset.getAddresses().getFirst().getIp()).isEqualTo("192.0.2.7");
        assertThat(subset.getPorts().getFirst().getPort()).isEqualTo(6443);
        var slice = lab.get(Kinds.ENDPOINT_SLICES, "kubernetes");
        assertThat(slice.getMetadata().getLabels())
                .containsExactly(Map.entry("kubernetes.io/service-name", "kubernetes"));
        assertThat(slice.getEndpoints().getFirst().getAddresses()).containsExactly("192.0.2.7");
    }

    @Test
    void what_is_deleted_comes_back_and_foreign_addresses_do_not_stay() {
        start("192.0.2.7");
        String uid = lab.get(Kinds.SERVICES, "kubernetes").getMetadata().getUid();
        lab.delete(Kinds.SERVICES, "kubernetes");
        lab.delete(Kinds.ENDPOINTS, "kubernetes");
        Lab.await(() ->
                lab.all(Kinds.SERVICES).stream()
                        .anyMatch(each -> !each.getMetadata().getUid().equals(uid)));
        Lab.await(() -> !lab.all(Kinds.ENDPOINTS).isEmpty());
        lab.merge(
                Kinds.ENDPOINT_SLICES,
                "kubernetes",
                "",
                """
                {"endpoints":[{"addresses":["192.0.2.66"]}]}
                """);
        Lab.await(() ->
                lab.get(Kinds.ENDPOINT_SLICES, "kubernetes")
                        .getEndpoints()
                        .getFirst()
                        .getAddresses()
                        .contains("192.0.2.7"));
    }

    @Test
    void where_services_have_ipv6_so_has_this_one_and_leads_to_an_api_of_it() {
        start("fd00:10:96::1", "2001:db8::7");
        assertThat(lab.get(Kinds.SERVICES, "kubernetes").getSpec().getClusterIP())
                .isEqualTo("fd00:10:96::1");
        var slice = lab.get(Kinds.ENDPOINT_SLICES, "kubernetes");
        assertThat(slice.getAddressType()).isEqualTo("IPv6");
        assertThat(slice.getEndpoints().getFirst().getAddresses()).containsExactly("2001:db8::7");
    }

    @Test
    void it_does_not_lead_to_an_api_of_ipv4_then() {
        start("fd00:10:96::1", "192.0.2.7");
        assertThat(lab.get(Kinds.ENDPOINT_SLICES, "kubernetes").getEndpoints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "2001:db8::1"})
    void an_api_that_nobody_else_reaches_has_no_endpoints(String address) {
        start(address);
        assertThat(lab.all(Kinds.SERVICES)).hasSize(1);
        assertThat(lab.get(Kinds.ENDPOINTS, "kubernetes").getSubsets()).isEmpty();
        assertThat(lab.get(Kinds.ENDPOINT_SLICES, "kubernetes").getEndpoints()).isEmpty();
    }
}
