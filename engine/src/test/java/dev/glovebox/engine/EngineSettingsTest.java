package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineSettingsTest {
    @Test
    void without_a_word_the_api_listens_on_the_loopback_and_nobody_is_trusted() {
        EngineSettings settings = EngineSettings.DEFAULT;

        assertThat(settings.listenAddress().getAddress().isLoopbackAddress()).isTrue();
        assertThat(settings.listenAddress().getPort()).isEqualTo(6443);
        assertThat(settings.defaultTrust().word()).isEqualTo("untrusted");
        assertThat(settings.nodeName()).isEqualTo("master");
        assertThat(settings.pods().text()).isEqualTo("10.244.0.0/16");
    }

    @Test
    void an_address_of_either_family_is_taken_and_port_0_too() throws Exception {
        assertThat(listening("0.0.0.0:0"))
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0));
        assertThat(listening("[::1]:6443"))
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 6443));
        assertThat(listening("192.0.2.1:65535").getPort()).isEqualTo(65535);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "6443",
                ":6443",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:-1",
                "127.0.0.1:65536",
                "127.0.0.1:99999999999",
                "127.0.0.1:http",
                "localhost:6443",
                "glovebox.example:6443",
                "999.1.1.1:6443",
                "1.2.3.4.5:6443",
                "[::1]",
                "::::6443",
                "127.0.0.1:6443\n",
                "::1%lo:6443",
                "[::1%1]:6443"
            })
    void what_is_no_address_with_a_port_is_refused_in_one_sentence(String listen) {
        assertThatThrownBy(() -> EngineSettings.DEFAULT.withListen(listen))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--listen wants an address and a port like 127.0.0.1:6443, not \""
                                + listen
                                + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "Master", ".a", "a..b", "a.-b", "a.", "-a", "a-", "a_b", "a b", "näme", "../x",
                "a\n"
            })
    void what_is_no_name_of_dns_is_no_nodes_name(String name) {
        assertThatThrownBy(() -> EngineSettings.DEFAULT.withNodeName(name))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--node-name wants lower-case letters, digits, hyphens and single dots, at most 63, not \""
                                + name
                                + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "node-1.example.org", "1.2", "a--b"})
    void names_of_dns_are_nodes_names(String name) {
        assertThat(EngineSettings.DEFAULT.withNodeName(name).nodeName()).isEqualTo(name);
    }

    @Test
    void a_nodes_name_has_63_characters_at_most() {
        assertThat(EngineSettings.DEFAULT.withNodeName("n".repeat(63)).nodeName()).hasSize(63);
        assertThatThrownBy(() -> EngineSettings.DEFAULT.withNodeName("n".repeat(64)))
                .isInstanceOf(EngineException.class);
    }

    private static InetSocketAddress listening(String listen) {
        return EngineSettings.DEFAULT.withListen(listen).listenAddress();
    }
}
