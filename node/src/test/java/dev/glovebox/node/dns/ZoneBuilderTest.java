package dev.glovebox.node.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.network.Cidr;
import dev.glovebox.node.services.ClusterServices;
import dev.glovebox.node.services.Written;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

class ZoneBuilderTest {
    private static final List<Cidr> OURS =
            List.of(new Cidr("10.96.0.0/16"), new Cidr("10.1.0.0/16"));

    /// Of a Service without an address whose slice leads to all of these.
    private static Zone zone(List<Pod> pods, String... addresses) throws IOException {
        return ZoneBuilder.of(
                Name.fromString("cluster.local."),
                "10.96.0.10",
                OURS,
                new ClusterServices.Known(
                        List.of(
                                Written.service("head", "'clusterIP': 'None'"),
                                Written.service(
                                        "web", "'clusterIP': '10.96.0.5', 'ports': [{'port': 80}]"),
                                Written.service(
                                        "stray",
                                        "'clusterIP': '8.8.8.8', 'ports': [{'port': 80}]")),
                        List.of(
                                Written.slice(
                                        "head",
                                        "[]",
                                        Stream.of(addresses)
                                                .map(each ->
                                                        "{'addresses': ['%s'], 'hostname': 'mine'}"
                                                                .formatted(each))
                                                .toArray(String[]::new))),
                        pods));
    }

    private static Pod pod(String namespace, String address, String phase) {
        Pod pod = Written.pod("n", address);
        pod.getMetadata().setNamespace(namespace);
        pod.getStatus().setPhase(phase);
        return pod;
    }

    private static List<String> found(Zone zone, String name, int type) throws IOException {
        return zone.look(Name.fromString(name), type) instanceof Zone.Answer.Found(var records)
                ? records.stream().map(Record::rdataToString).toList()
                : List.of();
    }

    @Test
    void an_address_of_a_pod_has_the_name_that_its_own_namespace_gives_it() throws IOException {
        var zone = zone(List.of(pod("a", "10.1.0.1", "Running")), "10.1.0.1");
        assertThat(found(zone, "1.0.1.10.in-addr.arpa.", Type.PTR))
                .containsExactly("mine.head.a.svc.cluster.local.");
    }

    /// Whoever may write slices may write any address into them.
    @Test
    void nobody_gives_names_to_addresses_of_others() throws IOException {
        var zone =
                zone(
                        List.of(
                                pod("b", "10.1.0.2", "Running"),
                                pod("a", "10.1.0.3", "Succeeded"),
                                pod("a", "192.0.2.4", "Running")),
                        "10.1.0.2",
                        "10.1.0.3",
                        "192.0.2.4",
                        "10.1.0.9",
                        "10.96.0.5",
                        "203.0.113.7");
        assertThat(found(zone, "mine.head.a.svc.cluster.local.", Type.A)).hasSize(6);
        for (var name :
                List.of(
                        "2.0.1.10",
                        "3.0.1.10",
                        "4.2.0.192",
                        "9.0.1.10",
                        "7.113.0.203",
                        "8.8.8.8")) {
            assertThat(found(zone, name + ".in-addr.arpa.", Type.PTR)).as(name).isEmpty();
        }
        assertThat(found(zone, "5.0.96.10.in-addr.arpa.", Type.PTR))
                .containsExactly("web.a.svc.cluster.local.");
        assertThat(zone.look(Name.fromString("7.113.0.203.in-addr.arpa."), Type.PTR))
                .isInstanceOf(Zone.Answer.Elsewhere.class);
    }

    @Test
    void addresses_of_ipv6_have_names_and_are_told_beside_the_others() throws IOException {
        Pod pod = pod("a", "10.1.0.3", "Running");
        pod.getStatus().setPodIPs(List.of(new PodIP("10.1.0.3"), new PodIP("fd00:1::3")));
        Zone zone =
                ZoneBuilder.of(
                        Name.fromString("cluster.local."),
                        "10.96.0.10",
                        List.of(new Cidr("10.96.0.0/16"), new Cidr("fd00:10:96::/112")),
                        new ClusterServices.Known(
                                List.of(
                                        Written.service(
                                                "web",
                                                "'clusterIP': '10.96.0.5', 'clusterIPs': ['10.96.0.5',"
                                                        + " 'fd00:10:96::5'], 'ports': [{'name': 'h',"
                                                        + " 'port': 80}]")),
                                List.of(),
                                List.of(pod)));
        String web = "web.a.svc.cluster.local.";
        assertThat(found(zone, web, Type.A)).containsExactly("10.96.0.5");
        assertThat(found(zone, web, Type.AAAA)).containsExactly("fd00:10:96:0:0:0:0:5");
        assertThat(found(zone, "_h._tcp." + web, Type.SRV)).containsExactly("0 100 80 " + web);
        String own = "6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa.";
        String zeros = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.";
        assertThat(found(zone, "5." + zeros + own, Type.PTR)).containsExactly(web);
        assertThat(zone.look(Name.fromString("6." + zeros + own), Type.PTR))
                .isInstanceOf(Zone.Answer.Unknown.class);
        assertThat(zone.look(Name.fromString("5." + zeros + own.replace("d.f.", "e.f.")), Type.PTR))
                .isInstanceOf(Zone.Answer.Elsewhere.class);
        assertThat(found(zone, "fd00-1--3.a.pod.cluster.local.", Type.AAAA))
                .containsExactly("fd00:1:0:0:0:0:0:3");
    }

    @Test
    void a_pod_that_has_ended_has_no_name() throws IOException {
        var zone = zone(List.of(pod("a", "10.1.0.3", "Failed"), pod("a", "10.1.0.4", "Running")));
        assertThat(found(zone, "10-1-0-3.a.pod.cluster.local.", Type.A)).isEmpty();
        assertThat(found(zone, "10-1-0-4.a.pod.cluster.local.", Type.A))
                .containsExactly("10.1.0.4");
    }
}
