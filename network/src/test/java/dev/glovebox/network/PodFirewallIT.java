package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real kernel, real nft, real CNI plugins; a host and a world in namespaces of their own.
class PodFirewallIT {
    private static final Cidr PODS = new Cidr("10.203.0.0/16");
    private static final String TABLE = "glovebox-0000beef";

    @TempDir Path directory;
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
        assertThat(soon(() -> lab.connects("quiet", NetnsLab.UPLINK))).isTrue();
        assertThat(soon(() -> lab.pings("quiet", "-6", hostLocal + "%eth0"))).isTrue();
        assertThat(soon(() -> lab.connects("host", quiet))).isTrue();
    }

    /// The first packets may still be lost to the address resolution that failed before.
    private static boolean soon(BooleanSupplier reached) {
        return IntStream.range(0, 5).anyMatch(i -> reached.getAsBoolean());
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
        next.admit(new PodLink("late", lab.link(late), late, Reach.NONE, List.of()));
        assertThat(lab.connects("quiet", NetnsLab.UPLINK)).isFalse();
        assertThat(lab.connects("late", NetnsLab.UPLINK)).isFalse();
    }

    @Test
    void a_host_port_leads_to_its_pod_from_outside_and_from_the_host() {
        String pod = lab.pod("pod");
        HostPort port = new HostPort(HostPort.Protocol.TCP, "", 8080, 80);
        firewall.admit(new PodLink("pod", lab.link(pod), pod, Reach.CLUSTER, List.of(port)));
        String nc = "busybox nc -w 1 " + NetnsLab.UPLINK + " 8080";
        lab.in("out", "sh", "-c", nc);
        lab.in("host", "sh", "-c", nc);
        firewall.forget("pod");
        assertThat(lab.in("out", "sh", "-c", "if " + nc + "; then echo open; fi 2>&1"))
                .doesNotContain("open");
    }

    @Test
    void purge_leaves_no_table() {
        assertThat(lab.nft().tables()).containsExactly("inet " + TABLE, "arp " + TABLE);
        firewall.purge();
        assertThat(lab.nft().tables()).isEmpty();
        firewall.purge();
    }

    private void admit(String uid, String address, Reach reach) {
        firewall.admit(new PodLink(uid, lab.link(address), address, reach, List.of()));
    }

    private PodFirewall firewall() {
        return new PodFirewall(
                new FirewallRules(TABLE, PODS), lab.nft(), directory.resolve("firewall.json"));
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
