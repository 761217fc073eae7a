package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cri.PodSandboxFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The machine's own containerd, as root.
class ContainerdProcessIT {
    @TempDir Path directory;

    private ContainerdSettings settings;

    @BeforeEach
    void settings() throws IOException {
        Files.createDirectories(directory.resolve("cni"));
        settings = withBinary(Path.of("/usr/bin/containerd"));
    }

    @AfterEach
    void purge() {
        new ContainerdProcess(settings).purge();
    }

    @Test
    void a_second_start_adopts_the_process_of_the_first() {
        ContainerdProcess first = new ContainerdProcess(settings);
        assertThat(first.start()).isFalse();
        long pid = first.find().orElseThrow().pid();

        ContainerdProcess second = new ContainerdProcess(settings);

        assertThat(second.start()).isTrue();
        assertThat(second.find().orElseThrow().pid()).isEqualTo(pid);
        try (ContainerdClient client = new ContainerdClient(settings.socket())) {
            assertThat(client.cri().version().getRuntimeName()).isEqualTo("containerd");
            assertThat(client.cri().listPodSandbox(PodSandboxFilter.getDefaultInstance()))
                    .isEmpty();
            assertThat(client.cri().imageStatus("no.such/image:1")).isEmpty();
        }
    }

    @Test
    void one_that_runs_by_other_settings_is_started_anew() {
        new ContainerdProcess(settings).start();
        long before = new ContainerdProcess(settings).find().orElseThrow().pid();
        settings =
                new ContainerdSettings(
                        settings.binary(),
                        settings.path(),
                        settings.root(),
                        settings.state(),
                        settings.log(),
                        settings.cniPlugins(),
                        settings.cniConfig(),
                        "glovebox.dev/pause:2",
                        settings.handlers());

        assertThat(new ContainerdProcess(settings).start()).isFalse();

        assertThat(new ContainerdProcess(settings).find().orElseThrow().pid()).isNotEqualTo(before);
    }

    @Test
    void a_purge_leaves_neither_process_nor_file() {
        ContainerdProcess containerd = new ContainerdProcess(settings);
        containerd.start();

        containerd.purge();

        assertThat(containerd.find()).isEmpty();
        assertThat(containerd.shims()).isEmpty();
        assertThat(settings.root()).doesNotExist();
        assertThat(Mounts.below(directory)).isEmpty();
    }

    /// What containerd leaves where a call is cut off at a bad moment, made from outside; the other
    /// one differs in its directory alone.
    @Test
    void a_shim_whose_bundle_is_gone_is_ended_at_the_second_look_and_no_other() throws Exception {
        ContainerdProcess containerd = new ContainerdProcess(settings);
        Path bundle = Files.createDirectory(directory.resolve("bundle"));
        Path gone = Files.createDirectory(directory.resolve("gone"));
        Process lives = shim(bundle);
        Process lost = shim(gone);
        try {
            Files.delete(gone);
            LostShims shims = new LostShims(containerd);

            shims.round();
            assertThat(lost.isAlive()).isTrue();
            shims.round();

            assertThat(lost.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(lives.isAlive()).isTrue();
        } finally {
            lives.destroyForcibly().waitFor();
            lost.destroyForcibly().waitFor();
        }
    }

    private Process shim(Path bundle) throws IOException {
        Process started =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "exec -a containerd-shim-planted bash -c 'echo up; read _' shim -address "
                                        + settings.socket())
                        .directory(bundle.toFile())
                        .start();
        assertThat(started.inputReader().readLine()).isEqualTo("up");
        return started;
    }

    @Test
    void one_that_ends_at_once_shows_its_last_lines() throws IOException {
        Path broken = directory.resolve("containerd");
        Files.writeString(
                broken,
                """
                #!/bin/sh
                [ "$1" = --version ] && { echo containerd 1.7.0; exit; }
                echo 'the disk is on fire'
                exit 3
                """);
        assertThat(broken.toFile().setExecutable(true)).isTrue();

        assertThatThrownBy(() -> new ContainerdProcess(withBinary(broken)).start())
                .isInstanceOf(ContainerdException.class)
                .hasMessageContaining("the disk is on fire")
                .hasMessageContaining(settings.log().toString());
    }

    private ContainerdSettings withBinary(Path binary) {
        Path state = directory.resolve("r");
        return new ContainerdSettings(
                binary,
                List.of(),
                directory.resolve("root"),
                state,
                directory.resolve("logs/containerd.log"),
                Path.of("/usr/lib/cni"),
                directory.resolve("cni"),
                "glovebox.dev/pause:1",
                List.of(new Handler("runc", Path.of("/usr/sbin/runc"), state.resolve("runc"))));
    }
}
