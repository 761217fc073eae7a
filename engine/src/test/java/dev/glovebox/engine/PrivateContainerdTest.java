package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.containerd.ContainerdSettings;
import dev.glovebox.containerd.Handler;
import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateContainerdTest {
    @TempDir Path data;
    private NodePlaces places;
    private PrivateContainerd mine;

    @BeforeEach
    void places() {
        places = NodePlaces.first(new Places(new EnginePaths(data, Path.of("/run/glovebox"))));
        mine = new PrivateContainerd(places);
    }

    @Test
    void before_the_first_start_nothing_is_kept() throws IOException {
        assertThat(mine.kept()).isEmpty();
    }

    @Test
    void what_is_kept_is_read_back_whole() throws IOException {
        ContainerdSettings settings =
                mine.settings(
                        Path.of("/opt/containerd/bin/containerd"),
                        Path.of("/usr/lib/cni"),
                        "glovebox.dev/pause:1",
                        List.of(
                                runc(),
                                mine.handler(
                                        "kata",
                                        Path.of("/opt/kata/bin/containerd-shim-kata-v2"),
                                        "io.containerd.kata.v2",
                                        Optional.of(Path.of("/opt/configuration.toml")))));
        mine.keep(settings);

        assertThat(mine.kept()).contains(settings);
        assertThat(settings.path())
                .containsExactly(Path.of("/opt/kata/bin"), Path.of("/opt/containerd/bin"));
        assertThat(data).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void everything_of_it_lies_in_the_engines_two_directories() {
        ContainerdSettings settings =
                mine.settings(
                        Path.of("/usr/bin/containerd"),
                        Path.of("/usr/lib/cni"),
                        "pause",
                        List.of(runc()));

        assertThat(settings.root()).startsWithRaw(data);
        assertThat(settings.log()).startsWithRaw(data);
        assertThat(settings.cniConfig()).startsWithRaw(data);
        assertThat(settings.state()).isEqualTo(places.run());
        assertThat(settings.socket()).isEqualTo(places.engine().paths().containerdSocket());
        assertThat(settings.handlers().getFirst().root()).startsWithRaw(places.run());
        assertThat(settings.path()).containsExactly(Path.of("/usr/bin"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{\"binary\": \"/b\", \"cniPlugins\": \"/c\", \"pause\": \"p\"}"
            })
    void a_damaged_file_is_named(String text) throws IOException {
        Files.writeString(places.containerdSettings(), text);

        assertThatThrownBy(() -> mine.kept())
                .isInstanceOf(EngineException.class)
                .hasMessage(places.containerdSettings() + " is damaged");
    }

    private Handler runc() {
        return mine.handler("runc", Path.of("/usr/sbin/runc"), Handler.RUNC_SHIM, Optional.empty());
    }
}
