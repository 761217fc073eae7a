package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real kernel, real nft, real CNI plugins; a host and a world in namespaces of their own.
class PodFirewallIT {
    private static final Ranges PODS = Ranges.of(new Cidr("10.203.0.0/16"));
    private static final String TABLE = "glovebox-0000beef";

    @TempDir Path directory;
    private final SaidPolicies rules = new SaidPolicies();
    private NetnsLab lab;
    private PodFirewall firewall;

    @BeforeEach
    void start() {
        lab = new NetnsLab(new CniConfig(TABLE, PODS, directory.resolve("leases")));
        firewall = firewall();
        firewall.start();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void a_pod_of_the_cluster_network_reaches_pods_host_and_world_by_masquerading() {
        String a = lab.pod("a");
        String b = lab.pod("b");
        assertThat(lab.connects("a", b)).isTrue();
        assertThat(lab.connects("a", NetnsLab.UPLINK)).isTrue();
        assertThat(lab.connects("a", NetnsLab.PUBLIC)).isTrue();
        assertThat(lab.connects("a", NetnsLab.PRIVATE)).isTrue();
        assertThat(lab.connects("host", a)).isTrue();
    }

    @Test
    void a_pod_without_a_network_reaches_nothing_and_nothing_reaches_it() {
        String quiet = lab.pod("quiet");
        String other = lab.pod("other");
        String local = linkLocal("quiet");
        String hostLocal = hostLinkLocal(quiet);
        admit("quiet", quiet, Reach.NONE);
        assertThat(lab.connects("quiet", other)).as("a pod").isFalse();
        assertThat(lab.connects("quiet", NetnsLab.UPLINK)).as("the host").isFalse();
        assertThat(lab.connects("quiet", NetnsLab.PUBLIC)).as("the world").isFalse();
        assertThat(lab.pings("quiet", NetnsLab.UPLINK)).as("the host by ICMP").isFalse();
        assertThat(lab.pings("quiet", "-6", hostLocal + "%eth0")).as("IPv6").isFalse();
        assertThat(lab.connects("other", quiet)).as("from a pod").isFalse();
        assertThat(lab.connects("host", quiet)).as("from the host").isFalse();
        assertThat(lab.pings("host", "-6", local + "%" + lab.link(quiet))).as("IPv6").isFalse();
        assertThat(lab.connects("other", NetnsLab.PUBLIC)).as("others go on").isTrue();
    }

    @Test
    void what_keeps_a_pod_quiet_is_our_table_and_nothing_else() {
        String quiet = lab.pod("quiet");
        String hostLocal = hostLinkLocal(quiet);
        admit("quiet", quiet, Reach.NONE);
        assertThat(lab.connects("quiet", NetnsLab.UPLINK)).isFalse();
        lab.in("host", "nft", "delete", "table", "inet", TABLE);
        lab.in("host", "nft", "delete", "table", "arp", TABLE);
        assertThat(NetnsLab.soon(() -> lab.connects("quiet", NetnsLab.UPLINK))).isTrue();
        assertThat(NetnsLab.soon(() -> lab.pings("quiet", "-6", hostLocal + "%eth0"))).isTrue();
        assertThat(NetnsLab.soon(() -> lab.connects("host", quiet))).isTrue();
    }

    @Test
    void a_pod_of_the_internet_reaches_public_addresses_and_nothing_else() {
        String pod = lab.pod("pod");
        String other = lab.pod("other");
        String hostLocal = hostLinkLocal(pod);
        admit("pod", pod, Reach.INTERNET);
        assertThat(lab.connects("pod", NetnsLab.PUBLIC)).isTrue();
        assertThat(lab.connects("pod", NetnsLab.PRIVATE)).as("a private range").isFalse();
        assertThat(lab.connects("pod", NetnsLab.UPLINK)).as("the host").isFalse();
        assertThat(lab.connects("pod", other)).as("a pod").isFalse();
        assertThat(lab.pings("pod", "-6", hostLocal + "%eth0")).as("IPv6").isFalse();
        assertThat(lab.connects("host", pod)).as("answers to the host").isTrue();
    }

    @Test
    void a_pod_of_the_internet_cannot_send_from_an_address_that_is_not_its_own() {
        String pod = lab.pod("pod");
        admit("pod", pod, Reach.INTERNET);
        lab.in("pod", "ip", "addr", "add", "10.203.9.9/32", "dev", "eth0");
        lab.in("host", "ip", "route", "add", "10.203.9.9/32", "dev", lab.link(pod));
        assertThat(lab.pings("pod", "-I", "10.203.9.9", NetnsLab.PUBLIC)).isFalse();
        assertThat(lab.pings("pod", "-I", pod, NetnsLab.PUBLIC)).isTrue();
    }

    @Test
    void a_new_engine_knows_the_pods_before_it_replaces_a_rule() {
        String quiet = lab.pod("quiet");
        String late = lab.pod("late");
        admit("quiet", quiet, Reach.NONE);
        PodFirewall next = firewall();
        next.start();
        assertThat(lab.connects("quiet", NetnsLab.UPLINK)).isFalse();
        next.admit(new PodLink("late", lab.link(late), List.of(late), Reach.NONE, List.of()));
        assertThat(lab.connects("quiet", NetnsLab.UPLINK)).isFalse();
        assertThat(lab.connects("late", NetnsLab.UPLINK)).isFalse();
    }

    /// However the rules came to be: what the kernel has after one pod after another was added is
    /// what a replacement makes of all.
    @Test
    void pods_that_are_added_have_the_rules_that_a_replacement_gives_them() {
        rules.put(
                "closed",
                new PodRules(
                        PodRules.Direction.CLOSED,
                        new PodRules.Direction(
                                true,
                                List.of(
                                        Allowance.pods(List.of("10.203.0.9"), List.of()),
                                        Allowance.block(
                                                "10.0.0.0/8", List.of("10.1.0.0/16"), List.of()))),
                        true));
        List<String> tables = handles();
        admit("closed", lab.pod("closed"), Reach.CLUSTER);
        admit("net", lab.pod("net"), Reach.INTERNET);
        admit("none", lab.pod("none"), Reach.NONE);
        admit("open", lab.pod("open"), Reach.CLUSTER);
        List<String> added = ruleset();
        assertThat(added).contains("chain egress-" + lab.link(lab.address("closed")) + " {");
        assertThat(handles()).as("tables that nobody replaced").isEqualTo(tables);
        firewall().start();
        assertThat(handles()).isNotEqualTo(tables);
        assertThat(ruleset()).isEqualTo(added);
    }

    /// The kernel's numbers of the tables: one that is made anew has another.
    private List<String> handles() {
        return lab.in("host", "nft", "-a", "list", "ruleset")
                .lines()
                .filter(line -> line.startsWith("table "))
                .toList();
    }

    @Test
    void a_pod_that_comes_after_the_tables_went_brings_back_the_rules_of_all() {
        String quiet = lab.pod("quiet");
        admit("quiet", quiet, Reach.NONE);
        List<String> before = ruleset();
        lab.in("host", "nft", "delete", "table", "inet", TABLE);
        lab.in("host", "nft", "delete", "table", "arp", TABLE);
        assertThat(NetnsLab.soon(() -> lab.connects("quiet", NetnsLab.UPLINK))).isTrue();
        admit("late", lab.pod("late"), Reach.CLUSTER);
        assertThat(lab.connects("quiet", NetnsLab.UPLINK)).isFalse();
        firewall.forget("late");
        assertThat(ruleset()).isEqualTo(before);
    }

    /// Words of the tables, in an order of their own: that of a set's elements is the kernel's.
    private List<String> ruleset() {
        return lab.in("host", "nft", "list", "ruleset")
                .lines()
                .flatMap(line -> Stream.of(line.strip().split(", ")))
                .map(word -> word.replace("elements = { ", "").replace(" }", "").replace(",", ""))
                .filter(word -> !word.isEmpty())
                .sorted()
                .toList();
    }

    @Test
    void a_host_port_leads_to_its_pod_from_outside_and_from_the_host() {
        String pod = lab.pod("pod");
        HostPort port = new HostPort(HostPort.Protocol.TCP, "", 8080, 80);
        firewall.admit(
                new PodLink("pod", lab.link(pod), List.of(pod), Reach.CLUSTER, List.of(port)));
        String nc = "busybox nc -w 1 " + NetnsLab.UPLINK + " 8080";
        lab.in("out", "sh", "-c", nc);
        lab.in("host", "sh", "-c", nc);
        firewall.forget("pod");
        assertThat(lab.in("out", "sh", "-c", "if " + nc + "; then echo open; fi 2>&1"))
                .doesNotContain("open");
    }

    /// Whatever a kernel passes from bridges to the filter: pods' links are on none.
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void policies_let_through_what_they_allow_and_nothing_else(int bridged) {
        lab.in(
                "host",
                "sh",
                "-c",
                "f=/proc/sys/net/bridge/bridge-nf-call-iptables; [ ! -e $f ] || echo %d > $f"
                        .formatted(bridged));
        String server = lab.pod("server");
        String friend = lab.pod("friend");
        String stranger = lab.pod("stranger");
        rules.put("server", ingress(friend));
        admit("server", server, Reach.CLUSTER);
        admit("friend", friend, Reach.CLUSTER);
        admit("stranger", stranger, Reach.CLUSTER);
        assertThat(lab.connects("friend", server)).as("who is allowed").isTrue();
        assertThat(lab.connects("stranger", server)).as("who is not").isFalse();
        assertThat(lab.connects("host", server)).as("the host, for probes").isTrue();
        assertThat(lab.connects("server", stranger)).as("answers come back").isTrue();
        rules.put("server", ingress(stranger));
        firewall.refresh();
        assertThat(lab.connects("friend", server)).as("no more").isFalse();
        assertThat(lab.connects("stranger", server)).as("from now on").isTrue();
        // Broken from outside: what holds the friend back is this table.
        lab.in("host", "nft", "delete", "table", "inet", TABLE);
        assertThat(lab.connects("friend", server)).as("without the table").isTrue();
    }

    @Test
    void egress_is_bound_towards_pods_the_host_and_the_world() {
        String pod = lab.pod("pod");
        String other = lab.pod("other");
        rules.put(
                "pod",
                new PodRules(
                        PodRules.Direction.OPEN,
                        new PodRules.Direction(
                                true,
                                List.of(
                                        Allowance.block(
                                                "8.0.0.0/8",
                                                List.of("8.9.0.0/16"),
                                                List.of(
                                                        new Allowance.Ports(
                                                                HostPort.Protocol.TCP,
                                                                80,
                                                                81)))))));
        admit("pod", pod, Reach.CLUSTER);
        admit("other", other, Reach.CLUSTER);
        assertThat(lab.connects("pod", NetnsLab.PUBLIC)).as("what is allowed").isTrue();
        assertThat(lab.pings("pod", NetnsLab.PUBLIC)).as("another protocol").isFalse();
        assertThat(lab.connects("pod", NetnsLab.PRIVATE)).as("another range").isFalse();
        assertThat(lab.connects("pod", other)).as("a pod").isFalse();
        assertThat(lab.connects("pod", NetnsLab.UPLINK)).as("the host").isFalse();
        assertThat(lab.connects("other", pod)).as("who comes").isTrue();
    }

    @Test
    void nobody_passes_for_an_allowed_pod_by_its_address() {
        String server = lab.pod("server");
        String friend = lab.pod("friend");
        String thief = lab.pod("thief");
        rules.put("server", ingress(friend));
        admit("server", server, Reach.CLUSTER);
        admit("thief", thief, Reach.CLUSTER);
        lab.deletePod("friend");
        lab.in("thief", "ip", "addr", "add", friend + "/32", "dev", "eth0");
        lab.in("host", "ip", "route", "add", friend + "/32", "dev", lab.link(thief));
        assertThat(lab.pings("thief", "-I", friend, server)).isFalse();
        // Broken from outside: without the table the stolen address serves.
        lab.in("host", "nft", "delete", "table", "inet", TABLE);
        assertThat(NetnsLab.soon(() -> lab.pings("thief", "-I", friend, server))).isTrue();
    }

    @Test
    void a_new_engine_holds_to_the_policies_before_it_knows_them() {
        String server = lab.pod("server");
        String stranger = lab.pod("stranger");
        rules.put("server", ingress());
        admit("server", server, Reach.CLUSTER);
        admit("stranger", stranger, Reach.CLUSTER);
        rules.clear();
        PodFirewall next = firewall();
        next.start();
        assertThat(lab.connects("stranger", server)).isFalse();
        next.refresh();
        assertThat(lab.connects("stranger", server)).isFalse();
    }

    private static PodRules ingress(String... from) {
        return new PodRules(
                new PodRules.Direction(true, List.of(Allowance.pods(List.of(from), List.of()))),
                PodRules.Direction.OPEN);
    }

    @Test
    void the_api_is_shut_at_every_address_to_pods_that_may_not_talk_to_it() {
        firewall = firewall(new FirewallRules(TABLE, PODS, OptionalInt.of(80)));
        firewall.start();
        String client = lab.pod("client");
        String other = lab.pod("other");
        String hostLocal = hostLinkLocal(other);
        rules.put("client", new PodRules(PodRules.OPEN.ingress(), PodRules.OPEN.egress(), true));
        rules.put("other", PodRules.OPEN);
        admit("client", client, Reach.CLUSTER);
        admit("other", other, Reach.CLUSTER);
        lab.in("host", "ip", "addr", "add", "10.204.0.1/32", "dev", "lo");
        for (String address : List.of(NetnsLab.UPLINK, "10.204.0.1")) {
            assertThat(lab.connects("client", address)).as("the client to %s", address).isTrue();
            assertThat(lab.connects("other", address)).as("another to %s", address).isFalse();
        }
        assertThat(lab.connects("other", hostLocal + "%eth0")).as("IPv6").isFalse();
        lab.in("host", "nft", "delete", "table", "inet", TABLE);
        assertThat(NetnsLab.soon(() -> lab.connects("other", NetnsLab.UPLINK))).isTrue();
        assertThat(NetnsLab.soon(() -> lab.connects("other", hostLocal + "%eth0"))).isTrue();
    }

    @Test
    void purge_leaves_no_table() {
        assertThat(lab.nft().tables()).containsExactly("inet " + TABLE, "arp " + TABLE);
        firewall.purge();
        assertThat(lab.nft().tables()).isEmpty();
        firewall.purge();
    }

    private void admit(String uid, String address, Reach reach) {
        firewall.admit(new PodLink(uid, lab.link(address), List.of(address), reach, List.of()));
    }

    private PodFirewall firewall() {
        return firewall(new FirewallRules(TABLE, PODS));
    }

    private PodFirewall firewall(FirewallRules rules) {
        return new PodFirewall(rules, lab.nft(), directory.resolve("firewall.json"), this.rules);
    }

    /// The pod's own link-local address, once the kernel lets it be used, with which a pod can
    /// speak IPv6 to its link though it has no other address.
    private String linkLocal(String pod) {
        return usable(pod, "eth0");
    }

    private String hostLinkLocal(String address) {
        return usable("host", lab.link(address));
    }

    private String usable(String namespace, String link) {
        return lab.in(
                        namespace,
                        "sh",
                        "-c",
                        "while :; do a=$(ip -6 -o addr show dev "
                                + link
                                + " scope link -tentative | sed 's#.*inet6 ##; s#/.*##');"
                                + " [ -n \"$a\" ] && break; sleep 0.1; done; echo $a")
                .strip();
    }
}
