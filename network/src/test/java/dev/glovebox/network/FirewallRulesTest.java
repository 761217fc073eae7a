package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirewallRulesTest {
    private static final Ranges PODS = Ranges.of(new Cidr("10.203.0.0/16"));
    private final FirewallRules rules = new FirewallRules("glovebox-00c0ffee", PODS);

    @Test
    void a_pod_without_a_network_is_named_by_its_link_in_both_families() {
        String script = rules.replaceWith(List.of(link("a", "veth1", Reach.NONE)));
        assertThat(script.split("set silent \\{ type ifname; +elements = \\{ \"veth1\" \\}; \\}"))
                .hasSize(3);
    }

    @Test
    void a_pod_of_the_cluster_network_is_neither_silent_nor_kept_to_the_internet() {
        String script = rules.replaceWith(List.of(link("a", "veth1", Reach.CLUSTER)));
        assertThat(script)
                .contains("set silent { type ifname;  }", "set internet { type ifname;  }");
    }

    @Test
    void every_pod_must_send_from_its_own_address() {
        for (Reach reach : Reach.values()) {
            String script = rules.replaceWith(List.of(link("a", "veth1", reach)));
            assertThat(script).contains("elements = { \"veth1\" . 10.203.0.9 }");
        }
    }

    @Test
    void a_pod_that_policies_isolate_has_chains_of_what_is_let_through() {
        Allowance.Ports http = new Allowance.Ports(HostPort.Protocol.TCP, 80, 80);
        Allowance.Ports dns = new Allowance.Ports(HostPort.Protocol.UDP, 53, 54);
        PodRules policies =
                new PodRules(
                        new PodRules.Direction(
                                true,
                                List.of(
                                        Allowance.pods(
                                                List.of("10.203.0.8", "10.203.0.7"),
                                                List.of(http, dns)))),
                        new PodRules.Direction(
                                true,
                                List.of(
                                        Allowance.block(
                                                "10.0.0.0/8", List.of("10.1.0.0/16"), List.of()),
                                        Allowance.block("::/0", List.of(), List.of(http)))));
        String script =
                rules.replaceWith(
                        List.of(link("a", "veth1", Reach.CLUSTER)), Map.of("a", policies));
        assertThat(script)
                .contains("ip saddr { 10.203.0.7, 10.203.0.8 } tcp dport 80 return")
                .contains("ip saddr { 10.203.0.7, 10.203.0.8 } udp dport 53-54 return")
                .contains("ip daddr 10.0.0.0/8 ip daddr != 10.1.0.0/16 return")
                .contains("ip6 daddr ::/0 tcp dport 80 return")
                .contains("\"veth1\" : jump ingress-veth1")
                .contains("\"veth1\" : jump egress-veth1");
    }

    @Test
    void peers_of_whom_there_are_none_let_nothing_through() {
        PodRules policies =
                new PodRules(
                        new PodRules.Direction(true, List.of(Allowance.pods(List.of(), List.of()))),
                        PodRules.Direction.OPEN);
        String script =
                rules.replaceWith(
                        List.of(link("a", "veth1", Reach.CLUSTER)), Map.of("a", policies));
        assertThat(script.replaceAll("\\s+", " "))
                .contains("chain ingress-veth1 { ct state established,related return drop }");
    }

    @Test
    void a_pod_is_added_with_all_that_a_replacement_would_say_of_it() {
        PodRules isolated =
                new PodRules(
                        PodRules.Direction.CLOSED,
                        new PodRules.Direction(
                                true, List.of(Allowance.block("10.0.0.0/8", List.of(), List.of()))),
                        true);
        assertThat(rules.add(link("a", "veth1", Reach.NONE), isolated).orElseThrow())
                .isEqualTo(
                        """
                        create chain inet glovebox-00c0ffee egress-veth1
                        add rule inet glovebox-00c0ffee egress-veth1 ct state established,related return
                        add rule inet glovebox-00c0ffee egress-veth1 ip daddr 10.0.0.0/8 return
                        add rule inet glovebox-00c0ffee egress-veth1 drop
                        create element inet glovebox-00c0ffee egress { "veth1" : jump egress-veth1 }
                        create chain inet glovebox-00c0ffee ingress-veth1
                        add rule inet glovebox-00c0ffee ingress-veth1 ct state established,related return
                        add rule inet glovebox-00c0ffee ingress-veth1 drop
                        create element inet glovebox-00c0ffee ingress { "veth1" : jump ingress-veth1 }
                        create element inet glovebox-00c0ffee pods { "veth1" }
                        create element inet glovebox-00c0ffee silent { "veth1" }
                        create element arp glovebox-00c0ffee silent { "veth1" }
                        create element inet glovebox-00c0ffee addresses { "veth1" . 10.203.0.9 }
                        create element inet glovebox-00c0ffee itself { 10.203.0.9 . 10.203.0.9 }
                        create element inet glovebox-00c0ffee api-clients { "veth1" }
                        """);
    }

    @Test
    void a_pod_with_a_port_of_the_host_is_not_added_alone() {
        PodLink link =
                new PodLink(
                        "a",
                        "veth1",
                        List.of("10.203.0.9"),
                        Reach.CLUSTER,
                        List.of(new HostPort(HostPort.Protocol.TCP, "", 8080, 80)));
        assertThat(rules.add(link, PodRules.OPEN)).isEmpty();
    }

    @Test
    void the_pod_range_is_never_public() {
        String script =
                new FirewallRules("t", Ranges.of(new Cidr("11.0.0.0/16"))).replaceWith(List.of());
        assertThat(script).contains("240.0.0.0/4, 11.0.0.0/16 }");
    }

    @Test
    void a_host_port_is_translated_for_others_and_for_the_host_itself() {
        HostPort port = new HostPort(HostPort.Protocol.TCP, "", 8080, 80);
        PodLink link =
                new PodLink("a", "veth1", List.of("10.203.0.9"), Reach.CLUSTER, List.of(port));
        assertThat(
                        rules.replaceWith(List.of(link))
                                .split("tcp dport 8080 dnat ip to 10.203.0.9:80"))
                .hasSize(3);
    }

    @Test
    void a_pod_of_both_families_has_rules_of_each() {
        FirewallRules both = new FirewallRules("t", Ranges.parse("10.203.0.0/16,fd00:203::/56"));
        List<HostPort> ports =
                List.of(
                        new HostPort(HostPort.Protocol.TCP, "", 8080, 80),
                        new HostPort(HostPort.Protocol.TCP, "0.0.0.0", 8081, 81),
                        new HostPort(HostPort.Protocol.TCP, "2001:db8::1", 8082, 82));
        PodLink link =
                new PodLink(
                        "a", "veth1", List.of("10.203.0.9", "fd00:203::9"), Reach.CLUSTER, ports);
        assertThat(both.replaceWith(List.of(link)))
                .contains("elements = { \"veth1\" . fd00:203::9 }")
                .contains("elements = { fd00:203::9 . fd00:203::9 }")
                .contains("ip6 saddr fd00:203::/56 ip6 daddr != fd00:203::/56 masquerade")
                .contains(
                        "ip6 daddr != ::1 fib daddr type local tcp dport 8080 dnat ip6 to"
                                + " [fd00:203::9]:80")
                .contains("ip6 daddr 2001:db8::1 tcp dport 8082 dnat ip6 to [fd00:203::9]:82")
                .contains("fib daddr type local tcp dport 8081 dnat ip to 10.203.0.9:81")
                .doesNotContain("8081 dnat ip6", "8082 dnat ip to");
        assertThat(rules.replaceWith(List.of(link("a", "veth1", Reach.CLUSTER))))
                .doesNotContain("ip6 saddr fd00", "dnat ip6");
    }

    /// What is said of IPv4 names no pod: nobody sends it, and nothing is masqueraded.
    @Test
    void pods_of_ipv6_alone_have_no_rules_of_ipv4_but_those_that_drop_it() {
        FirewallRules six = new FirewallRules("t", Ranges.parse("fd00:203::/56"));
        PodLink link =
                new PodLink(
                        "a",
                        "veth1",
                        List.of("fd00:203::9"),
                        Reach.CLUSTER,
                        List.of(new HostPort(HostPort.Protocol.TCP, "", 8080, 80)));
        assertThat(six.replaceWith(List.of(link)))
                .contains("set addresses { type ifname . ipv4_addr;  }")
                .contains("iifname @pods iifname . ip saddr != @addresses drop")
                .contains(
                        "iifname != @pods iifname != \"lo\" ip6 saddr fd00:203::/56 fib saddr . iif oif missing drop")
                .contains("ip6 saddr fd00:203::/56 ip6 daddr != fd00:203::/56 masquerade")
                .doesNotContain("dnat ip to", "ip daddr != fd", "        ip saddr fd");
    }

    @Test
    void words_that_could_break_out_of_the_language_are_refused() {
        assertThatThrownBy(() -> link("a", "veth1\" drop; #", Reach.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> link("a}", "veth1", Reach.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new PodLink("a", "veth1", List.of("10.0.0.1 }"), Reach.NONE, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new PodLink("a", "veth1", List.of("fd00::1 }"), Reach.NONE, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PodLink("a", "veth1", List.of(), Reach.NONE, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Allowance.pods(List.of("10.0.0.1 }"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Allowance.block("::/0 return", List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Allowance.block("10.0.0.0/8", List.of("::/0;"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FirewallRules("t; flush ruleset", PODS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_unknown_reach_is_refused_and_never_the_open_network() {
        assertThat(Reach.of("")).isEqualTo(Reach.CLUSTER);
        assertThat(Reach.of("none")).isEqualTo(Reach.NONE);
        assertThatThrownBy(() -> Reach.of("None")).hasMessageContaining("\"none\" or \"internet\"");
    }

    @Test
    void only_ranges_of_addresses_are_ranges() {
        for (String text : List.of("10.0.0.0/8", "0.0.0.0/0", "255.255.255.255/32")) {
            assertThat(new Cidr(text).text()).isEqualTo(text);
        }
        for (String text : List.of("10.0.0/8", "10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "x")) {
            assertThatThrownBy(() -> new Cidr(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static PodLink link(String uid, String link, Reach reach) {
        return new PodLink(uid, link, List.of("10.203.0.9"), reach, List.of());
    }
}
