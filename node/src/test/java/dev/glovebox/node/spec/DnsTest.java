package dev.glovebox.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cri.DNSConfig;
import dev.glovebox.network.Family;
import dev.glovebox.network.Reach;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodDNSConfigBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DnsTest {
    private static final String RESOLV_CONF =
            "nameserver 192.0.2.53\nnameserver 127.0.0.53\nsearch example.com\n";
    private final Dns alone = Dns.parse(RESOLV_CONF, List.of(Family.IPV4));
    private final Dns dns =
            alone.withCluster(Optional.of(new ClusterDns("10.96.0.10", "10.1.255.255")));

    private static Pod pod(String policy, boolean hostNetwork) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("a")
                .endMetadata()
                .withNewSpec()
                .withDnsPolicy(policy)
                .withHostNetwork(hostNetwork)
                .withDnsConfig(
                        new PodDNSConfigBuilder()
                                .addNewOption()
                                .withName("ndots")
                                .withValue("2")
                                .endOption()
                                .build())
                .endSpec()
                .build();
    }

    @Test
    void cluster_first_asks_the_clusters_server_with_its_domains_first() {
        Pod pod = pod("ClusterFirst", false);
        pod.getSpec().setDnsConfig(null);
        DNSConfig config = dns.of(pod, Reach.CLUSTER);
        assertThat(config.getServersList()).containsExactly("10.96.0.10");
        assertThat(config.getSearchesList())
                .containsExactly(
                        "a.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.com");
        assertThat(config.getOptionsList()).containsExactly("ndots:5");
    }

    @Test
    void a_pods_own_options_take_the_place_of_the_usual() {
        assertThat(dns.of(pod("ClusterFirst", false), Reach.CLUSTER).getOptionsList())
                .containsExactly("ndots:2");
    }

    @Test
    void in_the_machines_network_the_cluster_comes_first_for_those_who_say_so() {
        assertThat(dns.of(pod("ClusterFirst", true), Reach.CLUSTER).getServersList())
                .containsExactly("192.0.2.53");
        assertThat(dns.of(pod("ClusterFirstWithHostNet", true), Reach.CLUSTER).getServersList())
                .containsExactly("10.1.255.255");
    }

    @Test
    void default_is_the_nodes_and_so_is_everything_where_there_is_no_server() {
        assertThat(dns.of(pod("Default", false), Reach.CLUSTER).getServersList())
                .containsExactly("192.0.2.53");
        assertThat(alone.of(pod("ClusterFirst", false), Reach.CLUSTER).getSearchesList())
                .containsExactly("example.com");
    }

    @Test
    void pods_that_reach_the_internet_alone_ask_nobody_here() {
        assertThat(dns.of(pod("ClusterFirst", false), Reach.INTERNET).getServersList())
                .doesNotContain("10.96.0.10", "192.0.2.53")
                .isNotEmpty();
    }

    @Test
    void pods_of_ipv6_alone_ask_no_server_of_ipv4_and_pods_on_the_machine_do() {
        Dns six = Dns.parse(RESOLV_CONF, List.of(Family.IPV6));
        for (Reach reach : List.of(Reach.CLUSTER, Reach.INTERNET)) {
            assertThat(six.of(pod("Default", false), reach).getServersList())
                    .isNotEmpty()
                    .allMatch(each -> Family.of(each) == Family.IPV6);
        }
        assertThat(six.of(pod("Default", true), Reach.CLUSTER).getServersList())
                .containsExactly("192.0.2.53");
    }

    @Test
    void of_the_machines_servers_those_of_pods_families_are_theirs() {
        String both = "nameserver ::1\nnameserver fe80::1%eth0\nnameserver fd53::1\n" + RESOLV_CONF;
        assertThat(of(both.replace("nameserver ::1\n", ""), Family.IPV6, Family.IPV4))
                .containsExactly("fd53::1", "192.0.2.53");
        assertThat(of(both, Family.IPV6)).containsExactly("fd53::1");
    }

    private static List<String> of(String resolvConf, Family... families) {
        return Dns.parse(resolvConf, List.of(families))
                .of(pod("Default", false), Reach.CLUSTER)
                .getServersList();
    }

    @Test
    void a_program_of_the_machine_asks_those_on_its_loopback_too() {
        assertThat(Dns.resolvers(RESOLV_CONF)).containsExactly("192.0.2.53", "127.0.0.53");
    }
}
