package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.node.services.ClusterServices;
import dev.glovebox.testkit.Await;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DnsServiceTest {
    private static final ObjectKey KEY = new ObjectKey("kube-system", "kube-dns");
    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());

    private DnsService start(String backend) {
        return start("10.96.0.10", backend);
    }

    private DnsService start(String wanted, String backend) {
        return DnsService.start(cluster, wanted, backend, 5353, Duration.ofMillis(20));
    }

    private Optional<String> backend() {
        return cluster.get(ClusterServices.SLICES, KEY)
                .map(slice -> slice.getEndpoints().getFirst().getAddresses().getFirst());
    }

    private static ApiException denied() {
        return new ApiException(StatusReason.FORBIDDEN, "admission webhook \"x\" denied it");
    }

    @Test
    void the_service_has_the_address_that_all_know_and_leads_to_the_server() {
        try (var service = start("10.244.255.255")) {
            assertThat(service.address()).contains("10.96.0.10");
            assertThat(backend()).contains("10.244.255.255");
        }
    }

    @Test
    void where_pods_have_ipv6_first_so_have_the_service_and_its_slice() {
        try (var service = start("fd00:10:96::a", "fd00::ff:ffff:ffff:ffff:ffff")) {
            assertThat(service.address()).contains("fd00:10:96::a");
            assertThat(cluster.get(ClusterServices.SLICES, KEY).orElseThrow().getAddressType())
                    .isEqualTo("IPv6");
        }
    }

    @Test
    void where_the_address_is_taken_it_has_another_one() {
        cluster.refuseNext(
                "create", new ApiException(StatusReason.INVALID, "provided IP is allocated"));
        try (var service = start("10.244.255.255")) {
            assertThat(cluster.get(ClusterServices.SERVICES, KEY)).isPresent();
            assertThat(service.address()).isEmpty();
            assertThat(backend()).contains("10.244.255.255");
        }
    }

    @Test
    void what_is_refused_is_made_as_soon_as_it_is_not() {
        cluster.refuseNext("create", denied());
        try (var service = start("10.244.255.255")) {
            Await.until(() -> backend().isPresent());
            assertThat(service.address()).contains("10.96.0.10");
        }
    }

    @Test
    void what_is_as_it_should_be_is_left_alone() {
        start("10.244.255.255").close();
        var before = cluster.get(ClusterServices.SLICES, KEY);
        start("10.244.255.255").close();
        assertThat(cluster.get(ClusterServices.SLICES, KEY)).isEqualTo(before);
    }

    @Test
    void a_service_that_is_there_has_its_address_though_nothing_can_be_written() {
        start("10.244.255.255").close();
        cluster.refuseNext("update", denied());
        try (var service = start("10.245.255.255")) {
            assertThat(service.address()).contains("10.96.0.10");
            Await.until(() -> backend().equals(Optional.of("10.245.255.255")));
        }
    }
}
