package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FirewallRulesTest {
    private static final Cidr PODS = new Cidr("10.203.0.0/16");
    private final FirewallRules rules = new FirewallRules("glovebox-00c0ffee", PODS);

    @Test
    void a_pod_without_a_network_is_named_by_its_link_in_both_families() {
        String script = rules.replaceWith(List.of(link("a", "veth1", Reach.NONE)));
        assertThat(script.split("set silent \\{ type ifname; +elements = \\{ \"veth1\" \\}; \\}"))
                .hasSize(3);
    }

    @Test
    void a_pod_of_the_cluster_network_is_in_no_set() {
        String script = rules.replaceWith(List.of(link("a", "veth1", Reach.CLUSTER)));
        assertThat(script).doesNotContain("veth1");
    }

    @Test
    void a_pod_of_the_internet_must_send_from_its_own_address() {
        String script = rules.replaceWith(List.of(link("a", "veth1", Reach.INTERNET)));
        assertThat(script).contains("elements = { \"veth1\" . 10.203.0.9 }");
    }

    @Test
    void the_pod_range_is_never_public() {
        String script = new FirewallRules("t", new Cidr("11.0.0.0/16")).replaceWith(List.of());
        assertThat(script).contains("240.0.0.0/4, 11.0.0.0/16 }");
    }

    @Test
    void a_host_port_is_translated_for_others_and_for_the_host_itself() {
        HostPort port = new HostPort(HostPort.Protocol.TCP, "", 8080, 80);
        PodLink link = new PodLink("a", "veth1", "10.203.0.9", Reach.CLUSTER, List.of(port));
        assertThat(
                        rules.replaceWith(List.of(link))
                                .split("tcp dport 8080 dnat ip to 10.203.0.9:80"))
                .hasSize(3);
    }

    @Test
    void words_that_could_break_out_of_the_language_are_refused() {
        assertThatThrownBy(() -> link("a", "veth1\" drop; #", Reach.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> link("a}", "veth1", Reach.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PodLink("a", "veth1", "10.0.0.1 }", Reach.NONE, List.of()))
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
        return new PodLink(uid, link, "10.203.0.9", reach, List.of());
    }
}
