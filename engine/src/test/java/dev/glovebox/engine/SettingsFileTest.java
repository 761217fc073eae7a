package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.network.Ranges;
import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    private static final EngineSettings SETTINGS =
            new EngineSettings(
                    TrustLevel.TRUSTED, "[::1]:0", "left", Ranges.parse("10.1.0.0/16,fd00::/56"));

    @TempDir Path directory;

    @Test
    void before_the_first_start_nothing_is_kept() throws IOException {
        assertThat(settings().read()).isEmpty();
    }

    @Test
    void what_is_written_is_read() throws IOException {
        settings().write(EngineSettings.DEFAULT);
        settings().write(SETTINGS);

        assertThat(settings().read()).contains(SETTINGS);
        settings().write(SETTINGS.withAdmission(Path.of("/etc/a.yaml")));
        assertThat(settings().read()).contains(SETTINGS.withAdmission(Path.of("/etc/a.yaml")));
        assertThat(directory)
                .isDirectoryContaining(file()::equals)
                .isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void nodes_and_their_runtimes_are_kept() throws IOException {
        EngineSettings three =
                SETTINGS.withNodes(
                        new LocalNodes(3, Map.of("left-worker1", Set.of("runc", "gvisor"))));
        settings().write(three);

        assertThat(settings().read()).contains(three);
        EngineSettings never =
                three.withNodes(three.nodes().withMeasureAfter(MeasureAfter.parse("never")));
        settings().write(never);
        assertThat(settings().read()).contains(never);
    }

    @Test
    void a_network_of_the_users_is_kept() throws IOException {
        for (Optional<Path> plugins :
                List.of(Optional.of(Path.of("/opt/x")), Optional.<Path>empty())) {
            EngineSettings theirs =
                    SETTINGS.withNodes(
                            LocalNodes.ONE.withCni(
                                    new CniSettings(Path.of("/etc/a.conf"), plugins)));
            settings().write(theirs);

            assertThat(settings().read()).contains(theirs);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                """
                {"defaultTrust": "much", "listen": "127.0.0.1:1", "nodeName": "n",
                 "podCidr": "10.1.0.0/16", "extent": "whole"}\
                """,
                """
                {"defaultTrust": "trusted", "listen": "anywhere", "nodeName": "n",
                 "podCidr": "10.1.0.0/16", "extent": "whole"}\
                """,
                """
                {"defaultTrust": "trusted", "listen": "127.0.0.1:1", "nodeName": 1,
                 "podCidr": "10.1.0.0/16", "extent": "whole"}\
                """,
                """
                {"defaultTrust": "trusted", "listen": "127.0.0.1:1", "nodeName": "n"}\
                """,
                """
                {"defaultTrust": "trusted", "listen": "127.0.0.1:1", "nodeName": "n",
                 "podCidr": "10.1.0.0/16", "extent": "half"}\
                """,
                """
                {"defaultTrust": "trusted", "listen": "127.0.0.1:1", "nodeName": "n",
                 "podCidr": "10.1.0.0/16", "extent": "whole", "nodes": 0, "runtimes": {}}\
                """,
                """
                {"defaultTrust": "trusted", "listen": "127.0.0.1:1", "nodeName": "n",
                 "podCidr": "10.1.0.0/16", "extent": "whole", "nodes": 2,
                 "runtimes": {"n": ["lxc"]}}\
                """
            })
    void a_damaged_file_is_named_and_not_guessed(String text) throws IOException {
        Files.writeString(file(), text);

        assertThatThrownBy(() -> settings().read())
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(file() + " is damaged")
                .hasMessageEndingWith("; remove it and start with the flags that it had");
    }

    @Test
    void a_handler_called_as_gvisors_class_is_refused_in_words() throws IOException {
        settings().write(SETTINGS);
        Files.writeString(
                file(),
                Files.readString(file())
                        .replaceFirst(
                                "\"handlers\" : \\{ }", "\"handlers\" : {\"gvisor\": \"runc\"}"));

        assertThatThrownBy(() -> settings().read())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(
                        "is damaged (--handler wants a name of its own, lower-case letters, digits"
                                + " and hyphens, not \"gvisor\"); remove it");
    }

    @Test
    void an_engine_of_before_there_was_a_choice_has_a_node() throws IOException {
        Files.writeString(
                file(),
                """
                {"defaultTrust": "trusted", "listen": "[::1]:0", "nodeName": "left",
                 "podCidr": "10.1.0.0/16,fd00::/56"}\
                """);

        assertThat(settings().read()).contains(SETTINGS);
        settings().write(SETTINGS.withAdmission(Path.of("/etc/a.yaml")));
        assertThat(settings().read()).contains(SETTINGS.withAdmission(Path.of("/etc/a.yaml")));
    }

    private SettingsFile settings() {
        return new SettingsFile(file());
    }

    private Path file() {
        return directory.resolve("engine.json");
    }
}
