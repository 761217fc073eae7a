package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What [PodFirewallIT] shows of IPv4, of pods that have an address of each family.
class PodFirewallIpv6IT {
    private static final Ranges PODS = Ranges.parse("10.203.0.0/16,fd00:203::/64");
    private static final String TABLE = "glovebox-0000beef";

    @TempDir Path directory;
    private final SaidPolicies rules = new SaidPolicies();
    private NetnsLab lab;
    private PodFirewall firewall;

    @BeforeEach
    void start() {
        lab = new NetnsLab(new CniConfig(TABLE, PODS, directory.resolve("leases")));
        firewall =
                new PodFirewall(
                        new FirewallRules(TABLE, PODS),
                        lab.nft(),
                        directory.resolve("firewall.json"),
                        rules);
        firewall.start();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /// Makes a pod and its rules; answers its IPv6 address.
    private String pod(String name, Reach reach, HostPort... ports) {
        String address = lab.pod(name);
        String address6 = lab.address6(name);
        firewall.admit(
                new PodLink(
                        name,
                        lab.link(address),
                        List.of(address, address6),
                        reach,
                        List.of(ports)));
        return address6;
    }

    private void breakTable() {
        lab.in("host", "nft", "delete", "table", "inet", TABLE);
    }

    @Test
    void pods_reach_each_other_and_the_host_and_by_masquerading_the_world() {
        String a = pod("a", Reach.CLUSTER, new HostPort(HostPort.Protocol.TCP, "", 8080, 80));
        String b = pod("b", Reach.CLUSTER);
        assertThat(NetnsLab.soon(() -> lab.connects("a", b))).isTrue();
        assertThat(lab.connects("a", NetnsLab.UPLINK6)).isTrue();
        assertThat(lab.connects("a", NetnsLab.PUBLIC6)).isTrue();
        assertThat(lab.connects("host", a)).isTrue();
        String nc = "busybox nc -w 1 " + NetnsLab.UPLINK6 + " 8080";
        lab.in("out", "sh", "-c", nc);
        lab.in("host", "sh", "-c", nc);
        // Broken from outside: nobody out there knows a way to the pod's own address.
        breakTable();
        assertThat(lab.connects("a", NetnsLab.PUBLIC6)).isFalse();
    }

    @Test
    void a_pod_of_the_internet_reaches_public_addresses_and_nothing_else() {
        String other = pod("other", Reach.CLUSTER);
        String pod = pod("pod", Reach.INTERNET);
        assertThat(NetnsLab.soon(() -> lab.connects("pod", NetnsLab.PUBLIC6))).isTrue();
        assertThat(lab.connects("pod", NetnsLab.PRIVATE6)).as("a private range").isFalse();
        assertThat(lab.connects("pod", NetnsLab.UPLINK6)).as("the host").isFalse();
        assertThat(lab.connects("pod", other)).as("a pod").isFalse();
        assertThat(lab.connects("host", pod)).as("answers to the host").isTrue();
        breakTable();
        assertThat(NetnsLab.soon(() -> lab.connects("pod", other))).isTrue();
    }

    @Test
    void a_pod_without_a_network_reaches_nothing_and_nothing_reaches_it() {
        String other = pod("other", Reach.CLUSTER);
        String quiet = pod("quiet", Reach.NONE);
        assertThat(lab.connects("quiet", other)).isFalse();
        assertThat(lab.connects("quiet", NetnsLab.UPLINK6)).isFalse();
        assertThat(lab.connects("other", quiet)).isFalse();
        assertThat(lab.connects("host", quiet)).isFalse();
        breakTable();
        assertThat(NetnsLab.soon(() -> lab.connects("quiet", other))).isTrue();
    }

    @Test
    void policies_know_both_addresses_and_blocks_of_ipv6() {
        String server = pod("server", Reach.CLUSTER);
        String friend = pod("friend", Reach.CLUSTER);
        pod("stranger", Reach.CLUSTER);
        rules.put("server", ingress(Allowance.pods(List.of(friend), List.of())));
        firewall.refresh();
        assertThat(NetnsLab.soon(() -> lab.connects("friend", server)))
                .as("who is allowed")
                .isTrue();
        assertThat(lab.connects("stranger", server)).as("who is not").isFalse();
        assertThat(lab.connects("host", server)).as("the host, for probes").isTrue();
        Allowance block = Allowance.block("fd00:203:0::/48", List.of(friend + "/128"), List.of());
        rules.put("server", ingress(block));
        rules.put(
                "stranger",
                new PodRules(
                        PodRules.OPEN.ingress(), new PodRules.Direction(true, List.of(block))));
        firewall.refresh();
        assertThat(lab.connects("friend", server)).as("the exception").isFalse();
        assertThat(lab.connects("stranger", server)).as("the block").isTrue();
        assertThat(lab.connects("stranger", NetnsLab.PUBLIC6)).as("outside of it").isFalse();
        assertThat(lab.connects("stranger", NetnsLab.UPLINK6)).as("the host").isFalse();
        assertThat(block.allows(server, HostPort.Protocol.TCP, 80)).isTrue();
        breakTable();
        assertThat(lab.connects("friend", server)).as("without the table").isTrue();
    }

    private static PodRules ingress(Allowance from) {
        return new PodRules(new PodRules.Direction(true, List.of(from)), PodRules.OPEN.egress());
    }

    @Test
    void nobody_passes_for_another_pod_by_its_address() {
        String server = pod("server", Reach.CLUSTER);
        String thief = pod("thief", Reach.CLUSTER);
        String friend = "fd00:203::ff";
        rules.put("server", ingress(Allowance.pods(List.of(friend), List.of())));
        firewall.refresh();
        String link = lab.link(thief);
        lab.in("thief", "ip", "addr", "add", friend + "/128", "dev", "eth0", "nodad");
        lab.in("host", "ip", "-6", "route", "add", friend + "/128", "dev", link);
        assertThat(lab.pings("thief", "-I", friend, server)).isFalse();
        assertThat(lab.pings("thief", "-I", friend, NetnsLab.UPLINK6)).isFalse();
        breakTable();
        assertThat(NetnsLab.soon(() -> lab.pings("thief", "-I", friend, server))).isTrue();
        assertThat(NetnsLab.soon(() -> lab.pings("thief", "-I", friend, NetnsLab.UPLINK6)))
                .isTrue();
    }

    @Test
    void nobody_outside_passes_for_a_pod_by_its_address() {
        String server = pod("server", Reach.CLUSTER);
        String friend = pod("friend", Reach.CLUSTER);
        String friend4 = lab.address("friend");
        lab.in("host", "sysctl", "-q", "-w", "net.ipv4.conf.all.rp_filter=0");
        lab.in("host", "sysctl", "-q", "-w", "net.ipv4.conf.up0.rp_filter=0");
        lab.in("out", "ip", "-6", "route", "add", "fd00:203::/64", "via", NetnsLab.UPLINK6);
        lab.in("out", "ip", "route", "add", "10.203.0.0/16", "via", NetnsLab.UPLINK);
        assertThat(NetnsLab.soon(() -> lab.pings("out", server))).as("by its own address").isTrue();
        lab.in("out", "ip", "-6", "addr", "add", friend + "/128", "dev", "up1", "nodad");
        lab.in("out", "ip", "addr", "add", friend4 + "/32", "dev", "up1");

        long asked = lab.echoesAsked("server");
        lab.pings("out", "-I", friend, server);
        lab.pings("out", "-I", friend4, lab.address("server"));
        assertThat(lab.echoesAsked("server")).isEqualTo(asked);
        breakTable();
        lab.pings("out", "-I", friend, server);
        lab.pings("out", "-I", friend4, lab.address("server"));
        assertThat(lab.echoesAsked("server")).as("without the table").isEqualTo(asked + 2);
    }
}
