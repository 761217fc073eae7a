package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNetworkTest {
    @TempDir Path directory;

    @Test
    void the_link_of_a_pod_is_found_by_its_own_route() throws IOException {
        Path routes = directory.resolve("route");
        Files.writeString(
                routes,
                """
                Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
                eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
                eth0\t0000CB0A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
                veth12ab\t0500CB0A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
                """);
        HostLinks links = new HostLinks(routes, directory.resolve("none"), directory);
        assertThat(links.towards("10.203.0.5")).contains("veth12ab");
        assertThat(links.towards("10.203.0.0")).isEmpty();
        assertThat(links.towards("10.203.0.6")).isEmpty();
    }

    @Test
    void the_cni_network_keeps_its_leases_to_itself_and_leaves_masquerading_to_us()
            throws IOException {
        Path leases = directory.resolve("leases");
        CniConfig config =
                new CniConfig("glovebox-1", Ranges.of(new Cidr("10.203.0.0/16")), leases);
        config.writeInto(directory.resolve("net.d"));
        JsonNode json =
                new ObjectMapper()
                        .readTree(directory.resolve("net.d/10-glovebox.conflist").toFile());
        assertThat(json.at("/name").asText()).isEqualTo("glovebox-1");
        assertThat(json.at("/plugins/0/type").asText()).isEqualTo("ptp");
        assertThat(json.at("/plugins/0/ipMasq").asBoolean(true)).isFalse();
        assertThat(json.at("/plugins/0/ipam/dataDir").asText()).isEqualTo(leases.toString());
        assertThat(leases).isDirectory();
    }

    @Test
    void only_the_cache_entries_of_our_own_network_are_removed() throws IOException {
        Path results = Files.createDirectories(directory.resolve("cni/results"));
        Files.writeString(results.resolve("glovebox-1-abc-eth0"), "{}");
        Files.writeString(results.resolve("other-abc-eth0"), "{}");
        new CniCache(results).purge("glovebox-1");
        assertThat(results.resolve("glovebox-1-abc-eth0")).doesNotExist();
        assertThat(results.resolve("other-abc-eth0")).exists();
    }

    @Test
    void an_empty_cache_directory_is_removed_with_its_last_entry() throws IOException {
        Path results = Files.createDirectories(directory.resolve("cni/results"));
        Files.writeString(results.resolve("glovebox-1-abc-eth0"), "{}");
        new CniCache(results).purge("glovebox-1");
        assertThat(directory.resolve("cni")).doesNotExist();
    }

    @Test
    void the_link_of_an_ipv6_address_is_found_and_no_address_of_the_hosts_own() throws IOException {
        Path routes = Files.writeString(directory.resolve("route"), "Iface\n");
        Path routes6 =
                Files.writeString(
                        directory.resolve("ipv6_route"),
                        """
                        %1$s2 40 %2$s 00 %2$s 00000100 00000001 00000000 00000001     eth1
                        %1$s5 80 %2$s 00 %2$s 00000400 00000002 00000000 00000001 veth12ab
                        %1$s6 80 %2$s 00 %2$s 00000000 00000004 00000000 80200001     eth0
                        """
                                .formatted("fd00000000000000000000000000000", "0".repeat(32)));
        HostLinks links = new HostLinks(routes, routes6, directory);
        assertThat(links.towards("fd00::5")).contains("veth12ab");
        assertThat(links.towards("fd00::2")).as("a shorter prefix").isEmpty();
        assertThat(links.towards("fd00::6")).as("the host's own").isEmpty();
    }

    @Test
    void a_cni_network_of_both_families_gives_an_address_of_each() throws IOException {
        String text =
                new CniConfig("n", Ranges.parse("10.203.0.0/16,fd00:203::/64"), directory).json();
        JsonNode ipam = new ObjectMapper().readTree(text).at("/plugins/0/ipam");
        assertThat(ipam.at("/ranges/0/0/subnet").asText()).isEqualTo("10.203.0.0/16");
        assertThat(ipam.at("/ranges/1/0/subnet").asText()).isEqualTo("fd00:203::/64");
        assertThat(ipam.at("/routes/1/dst").asText()).isEqualTo("::/0");
    }

    @Test
    void nobody_gets_the_last_address_of_ipv6_which_is_the_machines() throws IOException {
        String text =
                new CniConfig("n", Ranges.parse("fd00:203::/120,10.203.0.0/16"), directory).json();
        JsonNode ipam = new ObjectMapper().readTree(text).at("/plugins/0/ipam");
        assertThat(ipam.at("/ranges/0/0/rangeEnd").asText()).isEqualTo("fd00:203::fe");
        assertThat(ipam.at("/ranges/1/0/subnet").asText()).isEqualTo("10.203.0.0/16");
        assertThat(ipam.at("/ranges/1/0/rangeEnd").isMissingNode()).isTrue();
        assertThat(ipam.at("/routes/0/dst").asText()).isEqualTo("::/0");
    }

    private static final Ranges IPV4 = Ranges.parse("10.203.0.0/16");
    private static final Ranges IPV6 = Ranges.parse("fd00::/56");
    private static final Ranges BOTH = Ranges.parse("10.203.0.0/16,fd00::/56");

    private void sysctl(String name, String value) throws IOException {
        Path file = directory.resolve("net").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    private Path sysctl(String name) {
        return directory.resolve("net").resolve(name);
    }

    private Forwarding forwarding() {
        return new Forwarding(directory.resolve("net"), directory.resolve("run/ip_forward"));
    }

    @Test
    void forwarding_is_given_back_as_it_was() throws IOException {
        sysctl("ipv4/ip_forward", "0");
        forwarding().enable(IPV4);
        forwarding().enable(IPV4);
        assertThat(sysctl("ipv4/ip_forward")).hasContent("1");
        forwarding().restore();
        assertThat(sysctl("ipv4/ip_forward")).hasContent("0");
        assertThat(directory.resolve("run")).isEmptyDirectory();
    }

    @Test
    void forwarding_that_was_on_before_us_stays_on() throws IOException {
        sysctl("ipv4/ip_forward", "1");
        forwarding().enable(IPV4);
        forwarding().restore();
        assertThat(sysctl("ipv4/ip_forward")).hasContent("1\n");
    }

    @Test
    void where_pods_have_ipv6_alone_ipv4_is_left_as_it_is() throws IOException {
        sysctl("ipv4/ip_forward", "0");
        sysctl("ipv6/conf/all/forwarding", "0");
        forwarding().enable(IPV6);
        assertThat(sysctl("ipv4/ip_forward")).hasContent("0");
        assertThat(sysctl("ipv6/conf/all/forwarding")).hasContent("1");
        forwarding().restore();
        assertThat(sysctl("ipv6/conf/all/forwarding")).hasContent("0");
        assertThat(directory.resolve("run")).isEmptyDirectory();
    }

    @Test
    void a_machine_that_hears_routers_goes_on_hearing_them_while_it_routes() throws IOException {
        sysctl("ipv4/ip_forward", "1");
        sysctl("ipv6/conf/all/forwarding", "0");
        for (String each : List.of("all", "eth0", "eth1", "eth2")) {
            sysctl("ipv6/conf/" + each + "/accept_ra", each.equals("eth1") ? "0" : "1");
            sysctl("ipv6/conf/" + each + "/forwarding", each.equals("eth2") ? "1" : "0");
        }
        forwarding().enable(BOTH);
        forwarding().enable(BOTH);
        assertThat(sysctl("ipv6/conf/all/forwarding")).hasContent("1");
        assertThat(sysctl("ipv6/conf/eth0/accept_ra")).hasContent("2");
        for (String each : List.of("all", "eth2")) {
            assertThat(sysctl("ipv6/conf/" + each + "/accept_ra")).hasContent("1");
        }
        assertThat(sysctl("ipv6/conf/eth1/accept_ra")).hasContent("0");
        forwarding().restore();
        assertThat(sysctl("ipv6/conf/all/forwarding")).hasContent("0");
        assertThat(sysctl("ipv6/conf/eth0/accept_ra")).hasContent("1");
        assertThat(directory.resolve("run")).isEmptyDirectory();
    }

    @Test
    void a_kernel_without_ipv6_is_told_with_the_cure() throws IOException {
        Ipv6Support support = new Ipv6Support(directory.resolve("net/ipv6"));
        assertThat(support.absence(BOTH))
                .hasValueSatisfying(text -> assertThat(text).contains("ipv6.disable=1"));
        sysctl("ipv6/conf/all/disable_ipv6", "0");
        sysctl("ipv6/conf/default/disable_ipv6", "1");
        assertThat(support.absence(BOTH))
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .contains("sysctl -w net.ipv6.conf.default.disable_ipv6=0"));
        sysctl("ipv6/conf/default/disable_ipv6", "0");
        assertThat(support.absence(BOTH)).isEmpty();
        sysctl("ipv6/conf/lo/disable_ipv6", "1");
        assertThat(support.absence(BOTH)).isEmpty();
        assertThat(support.absence(IPV6))
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .contains("net.ipv6.conf.lo.disable_ipv6=0")
                                .endsWith("or give pods IPv4 addresses"));
        assertThat(support.absence(IPV4)).isEmpty();
    }

    /// A file that an engine wrote whose pods had one address each.
    @Test
    void pods_of_an_earlier_engine_keep_their_rules() throws IOException {
        String one =
                "{\"uid\":\"a\",\"link\":\"veth1\",\"address\":\"10.1.0.2\",\"reach\":\"NONE\",\"hostPorts\":[]}";
        Path file = Files.writeString(directory.resolve("firewall.json"), "[" + one + "]");
        PodFirewall firewall =
                new PodFirewall(new FirewallRules("t", IPV4), new Nft(List.of("false")), file);
        assertThat(firewall.links())
                .containsEntry(
                        "a", new PodLink("a", "veth1", List.of("10.1.0.2"), Reach.NONE, List.of()));
    }

    @Test
    void a_port_of_the_host_leads_to_addresses_of_its_own_family() {
        HostPort every = new HostPort(HostPort.Protocol.TCP, "", 80, 80);
        HostPort four = new HostPort(HostPort.Protocol.TCP, "0.0.0.0", 80, 80);
        assertThat(every.leadsTo("fd00::1")).isTrue();
        assertThat(four.leadsTo("fd00::1")).isFalse();
        assertThat(four.leadsTo("10.1.0.1")).isTrue();
    }

    @Test
    void a_port_of_a_bridge_is_not_routed() throws IOException {
        HostLinks links = new HostLinks(directory, directory, directory.resolve("sys"));
        Files.createDirectories(directory.resolve("sys/veth1"));
        Files.createDirectories(directory.resolve("sys/veth2/master"));
        assertThat(links.isRouted("veth1")).isTrue();
        assertThat(links.isRouted("veth2")).isFalse();
        assertThat(links.isRouted("veth3")).as("no such link").isFalse();
    }
}
