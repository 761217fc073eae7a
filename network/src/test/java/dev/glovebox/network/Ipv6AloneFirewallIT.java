package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is different where pods have no IPv4: the family that they have not leads nowhere, too.
class Ipv6AloneFirewallIT {
    private static final Ranges PODS = Ranges.parse("fd00:203::/64");
    private static final String TABLE = "glovebox-0000cafe";

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

    /// Makes a pod and its rules; answers its address.
    private String pod(String name) {
        lab.pod(name);
        String address = lab.address6(name);
        firewall.admit(
                new PodLink(name, lab.link(address), List.of(address), Reach.CLUSTER, List.of()));
        return address;
    }

    @Test
    void pods_reach_each_other_and_the_world_as_policies_let_them() {
        String a = pod("a");
        String b = pod("b");
        assertThat(NetnsLab.soon(() -> lab.connects("a", b))).isTrue();
        assertThat(lab.connects("a", NetnsLab.PUBLIC6)).isTrue();
        assertThat(lab.connects("host", a)).isTrue();
        rules.put("b", PodRules.CLOSED);
        firewall.refresh();
        assertThat(lab.connects("a", b)).isFalse();
        assertThat(lab.connects("host", b)).as("the host, for probes").isTrue();
        lab.in("host", "nft", "delete", "table", "inet", TABLE);
        assertThat(lab.connects("a", b)).as("without the table").isTrue();
    }

    /// The host knows the way back to it, so that nothing but the rules keeps it.
    @Test
    void a_pod_that_gives_itself_ipv4_reaches_nothing_by_it() {
        String address = pod("a");
        String own = "192.168.99.2";
        String link = lab.link(address);
        lab.in("a", "ip", "address", "add", own + "/32", "dev", "eth0");
        lab.in("a", "ip", "route", "add", "default", "dev", "eth0");
        lab.in("host", "ip", "route", "add", own + "/32", "dev", link);
        assertThat(lab.connects("a", NetnsLab.UPLINK)).as("the host").isFalse();
        assertThat(lab.connects("a", NetnsLab.PUBLIC)).as("the world").isFalse();
        lab.in("host", "nft", "delete", "table", "inet", TABLE);
        assertThat(lab.connects("a", NetnsLab.UPLINK)).as("without the table").isTrue();
    }
}
