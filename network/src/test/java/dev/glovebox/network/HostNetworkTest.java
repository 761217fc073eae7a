package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        HostLinks links = new HostLinks(routes);
        assertThat(links.towards("10.203.0.5")).contains("veth12ab");
        assertThat(links.towards("10.203.0.0")).isEmpty();
        assertThat(links.towards("10.203.0.6")).isEmpty();
    }

    @Test
    void the_cni_network_keeps_its_leases_to_itself_and_leaves_masquerading_to_us()
            throws IOException {
        Path leases = directory.resolve("leases");
        CniConfig config = new CniConfig("glovebox-1", new Cidr("10.203.0.0/16"), leases);
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
    void forwarding_is_given_back_as_it_was() throws IOException {
        Path sysctl = Files.writeString(directory.resolve("ip_forward"), "0\n");
        Path note = directory.resolve("run/ip_forward.before");
        new Forwarding(sysctl, note).enable();
        new Forwarding(sysctl, note).enable();
        assertThat(sysctl).hasContent("1");
        new Forwarding(sysctl, note).restore();
        assertThat(sysctl).hasContent("0");
        assertThat(note).doesNotExist();
    }

    @Test
    void forwarding_that_was_on_before_us_stays_on() throws IOException {
        Path sysctl = Files.writeString(directory.resolve("ip_forward"), "1\n");
        Path note = directory.resolve("note");
        new Forwarding(sysctl, note).enable();
        new Forwarding(sysctl, note).restore();
        assertThat(sysctl).hasContent("1\n");
    }
}
