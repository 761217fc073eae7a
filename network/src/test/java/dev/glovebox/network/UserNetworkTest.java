package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserNetworkTest {
    private static final String BRIDGE =
            """
            {"cniVersion": "0.4.0", "name": "theirs", "plugins": [
              {"type": "bridge", "bridge": "br7", "ipam":
                {"type": "host-local", "ranges": [[{"subnet": "10.9.0.0/16"}]]}},
              {"type": "portmap", "capabilities": {"portMappings": true}}]}
            """;

    @TempDir private Path directory;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static JsonNode json(UserNetwork network) throws IOException {
        return new ObjectMapper().readTree(network.json("ours", Path.of("/leases")));
    }

    @Test
    void a_list_is_carried_out_as_it_is_under_our_name() throws IOException {
        JsonNode json = json(UserNetwork.read(file("10-a.conflist", BRIDGE)));
        assertThat(json.at("/name").asText()).isEqualTo("ours");
        assertThat(json.at("/cniVersion").asText()).isEqualTo("0.4.0");
        assertThat(json.at("/plugins/0/bridge").asText()).isEqualTo("br7");
        assertThat(json.at("/plugins/0/ipam/dataDir").asText()).isEqualTo("/leases");
        assertThat(json.at("/plugins/1/capabilities/portMappings").asBoolean()).isTrue();
    }

    @Test
    void one_plugin_becomes_a_list() throws IOException {
        Path one =
                file(
                        "a.conf",
                        """
                        {"cniVersion": "1.0.0", "name": "theirs", "type": "macvlan", "ipam":
                          {"type": "host-local", "dataDir": "/theirs"}}
                        """);
        JsonNode json = json(UserNetwork.read(one));
        assertThat(json.at("/cniVersion").asText()).isEqualTo("1.0.0");
        assertThat(json.at("/plugins/0/type").asText()).isEqualTo("macvlan");
        assertThat(json.at("/plugins/0/name").isMissingNode()).isTrue();
        assertThat(json.at("/plugins/0/ipam/dataDir").asText()).isEqualTo("/theirs");
    }

    @Test
    void of_a_directory_the_one_configuration_is_taken_and_never_one_of_two() throws IOException {
        assertThatThrownBy(() -> UserNetwork.read(directory))
                .hasMessage(
                        directory + " has no CNI configuration (.conflist or .conf); name a file");
        file("b.conflist", BRIDGE);
        file("README", "not one");
        assertThat(json(UserNetwork.read(directory)).at("/plugins/0/bridge").asText())
                .isEqualTo("br7");
        file("a.conf", "{}");
        assertThatThrownBy(() -> UserNetwork.read(directory))
                .hasMessageContaining("several CNI configurations (a.conf, b.conflist)")
                .hasMessageContaining("name one of the files");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no JSON | is not JSON (line 1, column ",
                "[] | is not a JSON object",
                "{\"plugins\": []} | has no plugins",
                "{\"plugins\": [{}]} | has a plugin without a type",
                "{\"type\": \"../sh\"} | has a plugin without a type",
                "{\"type\": \"ptp\", \"ipam\": {\"subnet\": \"\"}} | has an ipam without a type"
            })
    void what_is_no_configuration_is_refused(String text, String message) throws IOException {
        Path file = file("a.conflist", text);
        assertThatThrownBy(() -> UserNetwork.read(file))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining(file + " " + message);
    }

    @Test
    void what_is_not_there_is_named_with_the_cure() throws IOException {
        assertThatThrownBy(() -> UserNetwork.read(directory.resolve("none.conflist")))
                .hasMessageContaining("none.conflist is not there; name a CNI configuration");
        Path plugins = Files.createDirectories(directory.resolve("bin"));
        for (String each : new String[] {"bridge", "loopback", "portmap"}) {
            assertThat(Files.createFile(plugins.resolve(each)).toFile().setExecutable(true))
                    .isTrue();
        }
        UserNetwork network = UserNetwork.read(file("a.conflist", BRIDGE));
        assertThatThrownBy(() -> network.require(plugins))
                .hasMessageContaining("needs the CNI plugins host-local, which " + plugins)
                .hasMessageContaining("--cni-bin");
        assertThat(Files.createFile(plugins.resolve("host-local")).toFile().setExecutable(true))
                .isTrue();
        network.require(plugins).writeInto(directory.resolve("net.d"), "ours", directory);
        assertThat(directory.resolve("net.d/10-glovebox.conflist")).isNotEmptyFile();
    }

    /// A pod that nobody can bind runs as long as nobody has to.
    @Test
    void a_pod_without_rules_is_let_in_where_no_policy_knows_it() {
        SaidPolicies said = new SaidPolicies();
        said.put("b", PodRules.CLOSED);
        PodFirewall firewall =
                new PodFirewall(
                        new FirewallRules("t", Ranges.parse("10.9.0.0/16")),
                        new Nft(List.of("false")),
                        directory.resolve("firewall.json"),
                        said);
        var address = List.of("10.9.0.2");
        firewall.admitUnbound("a", address);
        assertThatThrownBy(() -> firewall.admitUnbound("b", address))
                .hasMessageContaining("a NetworkPolicy selects the pod");
        assertThatThrownBy(() -> firewall.admitUnbound("c", List.of("10.8.0.2")))
                .hasMessageContaining("10.8.0.2 is not of --pod-cidr 10.9.0.0/16");
        assertThat(firewall.unbound()).containsExactly(Map.entry("a", false));
        assertThat(firewall.known("10.9.0.2").orElseThrow().reach()).isEqualTo(Reach.CLUSTER);
        said.put("a", PodRules.CLOSED);
        assertThat(firewall.unbound()).containsExactly(Map.entry("a", true));
        firewall.forget("a");
        assertThat(firewall.unbound()).isEmpty();
    }
}
