package dev.glovebox.node.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.network.HostPort;
import dev.glovebox.network.Ranges;
import dev.glovebox.network.ServiceTable;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceCompilerTest {
    private static final String WEB =
            "'clusterIP': '10.96.0.5', 'ports': [{'name': 'http', 'port': 80, 'protocol': 'TCP'}]";
    private static final String HTTP = "[{'name': 'http', 'port': 8080, 'protocol': 'TCP'}]";

    private static String endpoint(String address, String conditions, String node) {
        return "{'addresses': ['%s'], 'conditions': {%s}, 'nodeName': '%s'}"
                .formatted(address, conditions, node);
    }

    private static String ready(String address) {
        return endpoint(address, "'ready': true", "n");
    }

    private static List<ServiceTable.Port> compiled(
            List<Service> services, List<EndpointSlice> slices, Pod... pods) {
        return new ServiceCompiler(
                        services,
                        slices,
                        List.of(pods),
                        Ranges.parse("10.96.0.0/16,fd00:10:96::/112"))
                .table()
                .ports();
    }

    private static List<String> backends(EndpointSlice... slices) {
        return compiled(List.of(Written.service("web", WEB)), List.of(slices))
                .getFirst()
                .choices()
                .stream()
                .flatMap(choice -> choice.backends().stream())
                .map(each -> each.address() + ":" + each.port())
                .toList();
    }

    @Test
    void a_service_leads_to_the_ready_endpoints_of_its_slices() {
        assertThat(
                        backends(
                                Written.slice("web", HTTP, ready("10.1.0.1"), ready("10.1.0.2")),
                                Written.slice(
                                        "web",
                                        HTTP,
                                        endpoint("10.1.0.3", "'ready': false", "n"),
                                        endpoint("10.1.0.4", "", "n")),
                                Written.slice("other", HTTP, ready("10.1.0.9"))))
                .containsExactly("10.1.0.1:8080", "10.1.0.2:8080", "10.1.0.4:8080");
    }

    @Test
    void a_node_whose_pods_have_no_addresses_of_their_own_keeps_nobody_from_a_local_service() {
        Pod onHost = Written.pod("n2", "192.0.2.1");
        onHost.getSpec().setHostNetwork(true);
        List<ServiceTable.Port> ports =
                compiled(
                        List.of(Written.service("web", WEB + ", 'internalTrafficPolicy': 'Local'")),
                        List.of(
                                Written.slice(
                                        "web",
                                        HTTP,
                                        endpoint("10.1.0.1", "", "n"),
                                        endpoint("10.1.0.2", "", "n2"))),
                        Written.pod("n", "10.1.0.7"),
                        onHost);
        assertThat(ports.getFirst().choices())
                .extracting(ServiceTable.Choice::who)
                .containsExactly(ServiceTable.Who.LISTED, ServiceTable.Who.NO_POD);
        assertThat(ports.getFirst().choices().getFirst().clients()).containsExactly("10.1.0.7");
    }

    @Test
    void each_address_of_a_service_leads_to_endpoints_of_its_family() {
        Service both =
                Written.service(
                        "web",
                        WEB.replace(
                                        "'ports'",
                                        "'clusterIPs': ['10.96.0.5', 'FD00:10:96:0::5'], 'type': 'NodePort', 'ports'")
                                .replace("'port': 80", "'port': 80, 'nodePort': 30080"));
        List<ServiceTable.Port> ports =
                compiled(
                        List.of(both),
                        List.of(
                                Written.slice("web", HTTP, ready("10.1.0.1"), ready("fd00::9")),
                                Written.sliceOf(
                                        "IPv6",
                                        "web",
                                        HTTP,
                                        ready("fd00::1"),
                                        ready("10.1.0.9"),
                                        ready("::1"),
                                        ready("fe80::1"),
                                        ready("::ffff:127.0.0.1"))));
        assertThat(ports)
                .extracting(ServiceTable.Port::address)
                .containsExactly("10.96.0.5", "fd00:10:96::5");
        assertThat(ports).extracting(ServiceTable.Port::nodePort).containsOnly(30080);
        assertThat(ports)
                .extracting(port -> port.choices().getFirst().backends())
                .containsExactly(
                        List.of(new ServiceTable.Backend("10.1.0.1", 8080)),
                        List.of(new ServiceTable.Backend("fd00::1", 8080)));
    }

    @Test
    void while_none_is_ready_those_that_end_and_still_answer_serve() {
        assertThat(
                        backends(
                                Written.slice(
                                        "web",
                                        HTTP,
                                        endpoint(
                                                "10.1.0.1",
                                                "'ready': false, 'serving': true,"
                                                        + " 'terminating': true",
                                                "n"),
                                        endpoint("10.1.0.2", "'ready': false", "n"))))
                .containsExactly("10.1.0.1:8080");
    }

    @Test
    void nobody_is_led_to_the_machines_own_loopback() {
        assertThat(
                        backends(
                                Written.slice(
                                        "web",
                                        HTTP,
                                        ready("127.0.0.1"),
                                        ready("169.254.169.254"),
                                        ready("224.0.0.1"),
                                        ready("0.0.0.0"),
                                        ready("10.1.0.1"))))
                .containsExactly("10.1.0.1:8080");
    }

    /// Kubernetes takes such addresses; to nft they are others, or none, for which it refuses all.
    @Test
    void addresses_are_spelled_without_leading_zeros() {
        assertThat(backends(Written.slice("web", HTTP, ready("010.001.000.01"))))
                .containsExactly("10.1.0.1:8080");
        assertThat(backends(Written.slice("web", HTTP, ready("0127.0.0.1"), ready("10.1.0.2"))))
                .containsExactly("10.1.0.2:8080");
        var padded =
                Written.service(
                        "web",
                        "'clusterIP': '010.096.0.005', 'ports': [{'name': 'http', 'port': 80}]");
        assertThat(compiled(List.of(padded), List.of()))
                .extracting(ServiceTable.Port::address)
                .containsExactly("10.96.0.5");
    }

    @Test
    void each_port_has_the_number_that_the_slices_have_for_its_name() {
        var service =
                Written.service(
                        "web",
                        "'clusterIP': '10.96.0.5', 'ports': [{'name': 'http', 'port': 80},"
                                + " {'name': 'dns', 'port': 53, 'protocol': 'UDP'},"
                                + " {'name': 'sctp', 'port': 54, 'protocol': 'SCTP'},"
                                + " {'name': 'gone', 'port': 55}]");
        var slice =
                Written.slice(
                        "web",
                        "[{'name': 'http', 'port': 8080, 'protocol': 'TCP'},"
                                + " {'name': 'dns', 'port': 5353, 'protocol': 'UDP'},"
                                + " {'name': 'sctp', 'port': 9, 'protocol': 'SCTP'}]",
                        ready("10.1.0.1"));
        var ports = compiled(List.of(service), List.of(slice));
        assertThat(ports)
                .extracting(ServiceTable.Port::protocol, ServiceTable.Port::port)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(HostPort.Protocol.TCP, 80),
                        org.assertj.core.groups.Tuple.tuple(HostPort.Protocol.UDP, 53),
                        org.assertj.core.groups.Tuple.tuple(HostPort.Protocol.TCP, 55));
        assertThat(ports.get(1).choices().getFirst().backends())
                .containsExactly(new ServiceTable.Backend("10.1.0.1", 5353));
        assertThat(ports.get(2).choices()).isEmpty();
    }

    @Test
    void services_without_an_address_have_no_rules_and_node_ports_are_their_type() {
        var headless = Written.service("h", "'clusterIP': 'None', 'ports': [{'port': 80}]");
        var name = Written.service("e", "'type': 'ExternalName', 'externalName': 'example.com'");
        var elsewhere = Written.service("x", "'clusterIP': '192.0.2.1', 'ports': [{'port': 80}]");
        var node =
                Written.service(
                        "n",
                        "'type': 'NodePort', 'clusterIP': '10.96.0.7', 'sessionAffinity':"
                                + " 'ClientIP', 'ports': [{'port': 80, 'nodePort': 30080}]");
        assertThat(compiled(List.of(headless, name, elsewhere, node), List.of()))
                .containsExactly(
                        new ServiceTable.Port(
                                "10.96.0.7",
                                HostPort.Protocol.TCP,
                                80,
                                30080,
                                ServiceTable.Spread.BY_CLIENT,
                                List.of()));
    }

    @Test
    void a_service_that_cannot_be_understood_is_nobody_elses_affair() {
        var bad =
                Written.service("bad", "'clusterIP': '10.96.0.8', 'ports': [{'protocol': 'TCP'}]");
        assertThat(compiled(List.of(bad, Written.service("web", WEB)), List.of())).hasSize(1);
    }

    @Test
    void two_services_with_one_address_do_not_take_the_others_with_them() {
        assertThat(
                        compiled(
                                List.of(Written.service("b", WEB), Written.service("a", WEB)),
                                List.of()))
                .hasSize(1);
    }

    private static Pod ended(Pod pod) {
        pod.getStatus().setPhase("Succeeded");
        return pod;
    }

    @Test
    void pods_have_the_backends_of_their_node_where_the_service_says_so() {
        var service = Written.service("web", WEB + ", 'internalTrafficPolicy': 'Local'");
        var slice =
                Written.slice(
                        "web",
                        HTTP,
                        endpoint("10.1.0.1", "'ready': true", "one"),
                        endpoint("10.2.0.1", "'ready': true", "two"));
        var choices =
                compiled(
                                List.of(service),
                                List.of(slice),
                                Written.pod("one", "10.1.0.9"),
                                Written.pod("two", "10.2.0.9"),
                                Written.pod("three", "10.3.0.9"),
                                ended(Written.pod("two", "10.1.0.9")))
                        .getFirst()
                        .choices();
        assertThat(choices)
                .extracting(ServiceTable.Choice::who)
                .containsExactly(
                        ServiceTable.Who.LISTED, ServiceTable.Who.LISTED, ServiceTable.Who.NO_POD);
        assertThat(choices.getFirst().clients()).containsExactly("10.1.0.9");
        assertThat(choices.get(1).clients()).containsExactly("10.2.0.9");
        assertThat(choices.getFirst().backends())
                .containsExactly(new ServiceTable.Backend("10.1.0.1", 8080));
        assertThat(choices.getLast().backends()).hasSize(2);
    }
}
