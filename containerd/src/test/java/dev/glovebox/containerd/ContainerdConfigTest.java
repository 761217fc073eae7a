package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerdConfigTest {
    private static final ContainerdSettings SETTINGS =
            new ContainerdSettings(
                    Path.of("/usr/bin/containerd"),
                    List.of(),
                    Path.of("/d/containerd"),
                    Path.of("/r"),
                    Path.of("/d/logs/containerd.log"),
                    Path.of("/usr/lib/cni"),
                    Path.of("/r/cni"),
                    "glovebox.dev/pause:1",
                    List.of(
                            new Handler("runc", Path.of("/usr/sbin/runc"), Path.of("/r/runc")),
                            new Handler("runsc", Path.of("/d/launcher"), Path.of("/r/runsc")),
                            new Handler(
                                    "kata",
                                    Path.of("/d/bin/containerd-shim-kata-v2"),
                                    Path.of("/r/kata"),
                                    "io.containerd.kata.v2",
                                    Optional.of(Path.of("/d/configuration.toml")))));

    @Test
    void one_of_the_first_line_gets_tables_of_version_two() {
        String text = render("containerd github.com/containerd/containerd 1.6.20~ds1", true);

        assertThat(text)
                .startsWith("version = 2\n")
                .contains("sandbox_image = \"glovebox.dev/pause:1\"")
                .contains("restrict_oom_score_adj = true")
                .contains(
                        "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc.options]")
                .contains("BinaryName = \"/d/launcher\"")
                .doesNotContain("io.containerd.cri.v1");
    }

    @Test
    void one_of_the_second_line_gets_tables_of_version_three() {
        String text = render("containerd github.com/containerd/containerd/v2 2.1.9", false);

        assertThat(text)
                .startsWith("version = 3\n")
                .contains("[plugins.\"io.containerd.cri.v1.images\".pinned_images]")
                .contains("restrict_oom_score_adj = false")
                .contains("[plugins.\"io.containerd.nri.v1.nri\"]\ndisable = true")
                .contains(
                        "[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.runc.options]");
    }

    @Test
    void a_shim_of_its_own_is_told_of_its_file_alone() {
        for (String version : List.of("1.6.20", "1.7.24", "2.1.9")) {
            String text = render(version, false);
            String kata = text.substring(text.indexOf("containerd.runtimes.kata]"));

            assertThat(kata)
                    .contains("runtime_type = \"io.containerd.kata.v2\"")
                    .contains("privileged_without_host_devices = true")
                    .contains("runtimes.kata.options]\nConfigPath = \"/d/configuration.toml\"")
                    .doesNotContain("BinaryName", "pod_annotations");
            assertThat(text).doesNotContain("pod_annotations");
        }
        assertThat(SETTINGS.handlers().getLast().isShim()).isTrue();
        assertThat(SETTINGS.handlers().getFirst().isShim()).isFalse();
    }

    @Test
    void nothing_listens_beyond_this_machine() {
        for (String version : List.of("1.7.24", "2.1.9")) {
            assertThat(render(version, false))
                    .contains("stream_server_address = \"127.0.0.1\"")
                    .doesNotContain("tcp_address");
        }
    }

    @Test
    void a_state_directory_too_long_for_sockets_is_refused() {
        assertThatThrownBy(() ->
                        new ContainerdSettings(
                                SETTINGS.binary(),
                                List.of(),
                                SETTINGS.root(),
                                Path.of("/" + "x".repeat(100)),
                                SETTINGS.log(),
                                SETTINGS.cniPlugins(),
                                SETTINGS.cniConfig(),
                                "p:1",
                                SETTINGS.handlers()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void a_handler_name_cannot_open_a_table_of_its_own() {
        assertThatThrownBy(() -> new Handler("x]\n[y", Path.of("/a"), Path.of("/b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String render(String version, boolean restrictOom) {
        return ContainerdConfig.render(
                SETTINGS, ContainerdVersion.parse(version).orElseThrow(), restrictOom);
    }
}
