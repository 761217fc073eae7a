package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServiceRulesTest {
    private final ServiceRules rules =
            new ServiceRules(
                    "glovebox-00c0ffee-services",
                    Ranges.parse("10.244.0.0/16"),
                    Ranges.parse("10.96.0.0/16"),
                    "10.244.255.255");

    private static ServiceTable.Port port(
            ServiceTable.Spread spread, int nodePort, String... backends) {
        return new ServiceTable.Port(
                "10.96.0.5",
                HostPort.Protocol.TCP,
                80,
                nodePort,
                spread,
                List.of(
                        ServiceTable.Choice.everybody(
                                List.of(backends).stream()
                                        .map(each -> new ServiceTable.Backend(each, 8080))
                                        .toList())));
    }

    private String with(ServiceTable.Port... ports) {
        return rules.replaceWith(new ServiceTable(List.of(ports)));
    }

    @Test
    void the_table_is_replaced_as_a_whole() {
        assertThat(with())
                .startsWith(
                        """
                        add table inet glovebox-00c0ffee-services
                        delete table inet glovebox-00c0ffee-services
                        table inet glovebox-00c0ffee-services {\
                        """);
    }

    @Test
    void connections_are_spread_at_random_and_a_pod_may_come_back_to_itself() {
        assertThat(with(port(ServiceTable.Spread.ANY, 0, "10.244.0.3", "10.244.0.2")))
                .contains("10.96.0.5 . tcp . 80 : goto tcp-10.96.0.5-80")
                .contains(
                        "meta l4proto tcp dnat ip to numgen random mod 2"
                                + " map { 0 : 10.244.0.2 . 8080, 1 : 10.244.0.3 . 8080 }")
                .contains("10.244.0.2 . 10.244.0.2, 10.244.0.3 . 10.244.0.3");
    }

    @Test
    void a_service_without_backends_refuses_and_so_does_its_port_of_the_machine() {
        String text = with(port(ServiceTable.Spread.ANY, 30080));
        assertThat(text)
                .doesNotContain("goto")
                .contains(
                        "set refused { type ipv4_addr . inet_proto . inet_service;"
                                + " elements = { 10.96.0.5 . tcp . 80 }; }")
                .contains(
                        "set refused-node-ports { type inet_proto . inet_service;"
                                + " elements = { tcp . 30080 }; }");
    }

    @Test
    void services_of_ipv6_have_sets_of_their_own_where_pods_have_addresses_of_it() {
        ServiceRules both =
                new ServiceRules(
                        "glovebox-00c0ffee-services",
                        Ranges.parse("10.244.0.0/16,fd00:244::/56"),
                        Ranges.parse("10.96.0.0/16,fd00:10:96::/112"),
                        "10.244.255.255");
        ServiceTable.Port port =
                new ServiceTable.Port(
                        "fd00:10:96::5",
                        HostPort.Protocol.TCP,
                        80,
                        30080,
                        ServiceTable.Spread.BY_CLIENT,
                        List.of(
                                new ServiceTable.Choice(
                                        ServiceTable.Who.LISTED,
                                        List.of("fd00:244::9"),
                                        List.of(new ServiceTable.Backend("fd00:244::2", 8080))),
                                ServiceTable.Choice.everybody(
                                        List.of(
                                                new ServiceTable.Backend("fd00:244::2", 8080),
                                                new ServiceTable.Backend("fd00:244::3", 8080)))));
        String text = both.replaceWith(new ServiceTable(List.of(port)));
        assertThat(text)
                .contains(
                        "map services6 { type ipv6_addr . inet_proto . inet_service : verdict;"
                                + " elements = { fd00:10:96::5 . tcp . 80 : goto tcp-fd00_10_96__5-80 }; }")
                .contains("map services { type ipv4_addr . inet_proto . inet_service : verdict; }")
                .contains("ip6 saddr fd00:244::/56 ip6 daddr fd00:10:96::/112 reject")
                .contains("ip6 saddr { fd00:244::9 } dnat ip6 to [fd00:244::2]:8080")
                .contains("dnat ip6 to jhash ip6 saddr mod 256 seed")
                .contains("ip6 daddr != ::1 fib daddr type local");
        assertThat(with()).doesNotContain("ip6");
        assertThatThrownBy(() ->
                        new ServiceTable.Port(
                                "fd00:10:96::5",
                                HostPort.Protocol.TCP,
                                80,
                                0,
                                ServiceTable.Spread.ANY,
                                List.of(
                                        ServiceTable.Choice.everybody(
                                                List.of(
                                                        new ServiceTable.Backend(
                                                                "10.244.0.2", 80))))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nobody_but_pods_and_the_machine_comes_to_its_door() {
        assertThat(with())
                .contains(
                        "iifname != \"lo\" ip saddr != 10.244.0.0/16 ip daddr 10.244.255.255 drop");
        assertThat(
                        of("fd00:244::/56", "fd00:10:96::/112", "fd00:244::ff")
                                .replaceWith(ServiceTable.NONE))
                .contains(
                        "iifname != \"lo\" ip6 saddr != fd00:244::/56 ip6 daddr fd00:244::ff drop")
                .doesNotContain("ip saddr", "ip daddr", "map services {");
    }

    private static ServiceRules of(String pods, String services, String door) {
        return new ServiceRules("t", Ranges.parse(pods), Ranges.parse(services), door);
    }

    @Test
    void services_and_the_door_are_of_families_that_pods_have() {
        for (List<String> each :
                List.of(
                        List.of("fd00:244::/56", "10.96.0.0/16", "fd00:244::ff"),
                        List.of("10.1.0.0/16", "10.96.0.0/16,fd00:10:96::/112", "10.1.255.255"),
                        List.of("fd00:244::/56", "fd00:10:96::/112", "10.1.255.255"))) {
            assertThatThrownBy(() -> of(each.get(0), each.get(1), each.get(2)))
                    .as(each.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Map<Integer, String> parts(String... backends) {
        String text = with(port(ServiceTable.Spread.BY_CLIENT, 0, backends));
        Map<Integer, String> parts = new TreeMap<>();
        var found = Pattern.compile("(\\d+)(?:-(\\d+))? : ([\\d.]+) \\. 8080").matcher(text);
        while (found.find()) {
            int last = Integer.parseInt(found.group(found.group(2) == null ? 1 : 2));
            IntStream.rangeClosed(Integer.parseInt(found.group(1)), last)
                    .forEach(part -> parts.put(part, found.group(3)));
        }
        return parts;
    }

    @Test
    void a_backend_that_goes_takes_none_but_its_own_clients_with_it() {
        Map<Integer, String> three = parts("10.244.0.2", "10.244.0.3", "10.244.0.4");
        assertThat(three).hasSize(256);
        assertThat(three.values().stream().filter("10.244.0.3"::equals).count())
                .isBetween(50L, 120L);
        Map<Integer, String> two = parts("10.244.0.2", "10.244.0.4");
        three.forEach((part, backend) -> {
            if (!backend.equals("10.244.0.3")) {
                assertThat(two).containsEntry(part, backend);
            }
        });
    }

    @Test
    void pods_of_a_node_have_their_own_and_the_machine_has_all() {
        var local =
                new ServiceTable.Port(
                        "10.96.0.6",
                        HostPort.Protocol.UDP,
                        53,
                        0,
                        ServiceTable.Spread.ANY,
                        List.of(
                                new ServiceTable.Choice(
                                        ServiceTable.Who.LISTED,
                                        List.of("10.244.0.9"),
                                        List.of(new ServiceTable.Backend("10.244.0.2", 53))),
                                new ServiceTable.Choice(
                                        ServiceTable.Who.LISTED, List.of("10.244.1.9"), List.of()),
                                new ServiceTable.Choice(
                                        ServiceTable.Who.NO_POD,
                                        List.of(),
                                        List.of(new ServiceTable.Backend("10.244.0.2", 53)))));
        assertThat(with(local))
                .contains("meta l4proto udp ip saddr { 10.244.0.9 } dnat ip to 10.244.0.2:53")
                .contains("meta l4proto udp ip saddr != 10.244.0.0/16 dnat ip to 10.244.0.2:53")
                .doesNotContain("10.244.1.9");
    }

    @Test
    void nothing_but_addresses_and_ports_comes_into_nfts_language() {
        assertThatThrownBy(() -> new ServiceTable.Backend("10.0.0.1; flush ruleset", 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ServiceTable.Backend("10.0.0.1", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new ServiceRules(
                                "t;",
                                Ranges.parse("10.0.0.0/8"),
                                Ranges.parse("10.0.0.0/8"),
                                "10.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_last_address_of_a_range_is_the_machines_door() {
        assertThat(LoopbackAddress.lastOf(new Cidr("10.205.0.0/16")).address())
                .isEqualTo("10.205.255.255");
        assertThat(LoopbackAddress.lastOf(new Cidr("192.168.4.0/22")).address())
                .isEqualTo("192.168.7.255");
        assertThat(LoopbackAddress.lastOf(new Cidr("fd00::/120")).address()).isEqualTo("fd00::ff");
        assertThat(new Cidr("192.168.4.0/22").contains("192.168.7.255")).isTrue();
        assertThat(new Cidr("192.168.4.0/22").contains("192.168.8.0")).isFalse();
        assertThat(new Cidr("0.0.0.0/0").contains("255.1.2.3")).isTrue();
    }

    @Test
    void rules_know_where_a_pod_may_connect() {
        PodRules bound =
                new PodRules(
                        PodRules.OPEN.ingress(),
                        new PodRules.Direction(
                                true,
                                List.of(
                                        Allowance.block(
                                                "10.0.0.0/8",
                                                List.of("10.9.0.0/16"),
                                                List.of(
                                                        new Allowance.Ports(
                                                                HostPort.Protocol.UDP, 50, 60))))));
        assertThat(bound.lets("10.1.1.1", HostPort.Protocol.UDP, 53)).isTrue();
        assertThat(bound.lets("10.9.1.1", HostPort.Protocol.UDP, 53)).isFalse();
        assertThat(bound.lets("10.1.1.1", HostPort.Protocol.TCP, 53)).isFalse();
        assertThat(bound.lets("10.1.1.1", HostPort.Protocol.UDP, 61)).isFalse();
        assertThat(bound.lets("11.1.1.1", HostPort.Protocol.UDP, 53)).isFalse();
        assertThat(bound.lets("fd00::1", HostPort.Protocol.UDP, 53)).isFalse();
        assertThat(PodRules.CLOSED.lets("fd00::1", HostPort.Protocol.UDP, 53)).isFalse();
        assertThat(PodRules.OPEN.lets("fd00::1", HostPort.Protocol.UDP, 53)).isTrue();
        assertThat(PodRules.CLOSED.lets("11.1.1.1", HostPort.Protocol.UDP, 53)).isFalse();
        assertThat(PodRules.OPEN.lets("11.1.1.1", HostPort.Protocol.UDP, 53)).isTrue();
    }
}
