package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.Setup.Lane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// gVisor put under somebody's containerd 1.6 that runs a pod, and taken away again.
class ConfiguringIT {
    @TempDir static Path directory;
    private static ForeignNode node;
    private static String theirs;

    @BeforeAll
    static void begin() throws IOException, InterruptedException {
        node = new ForeignNode(directory, "bookworm", ForeignNode.Configuration.SHORT);
        theirs = node.run("theirs", "");
    }

    @AfterAll
    static void end() throws IOException {
        node.close();
    }

    @Test
    void gvisor_runs_by_its_handler_the_pod_goes_on_and_undoing_leaves_the_file_as_it_was()
            throws Exception {
        byte[] before = Files.readAllBytes(node.config);
        node.configure(Optional.empty(), false);
        assertThat(node.said)
                .anyMatch(line -> line.contains("by the launcher, because containerd 1.6.20"))
                .anyMatch(line -> line.startsWith("2 of 2 pods and containers"))
                .anyMatch(line -> line.contains("is ready: a probe pod ran under"));
        assertThat(node.kernel(node.run("ours", "runsc"))).startsWith("4.");
        assertThat(node.runs(theirs)).isTrue();
        assertThat(node.runs(node.run("later", ""))).isTrue();
        node.remove("later");

        node.configure(Optional.empty(), false);
        assertThat(node.said).anyMatch(line -> line.endsWith("nothing was changed"));

        assertThatThrownBy(node::undo).hasMessageContaining("theirs/ours");
        node.remove("ours");
        node.undo();
        assertThat(Files.readAllBytes(node.config)).isEqualTo(before);
        assertThat(node.runs(theirs)).isTrue();
        assertThatThrownBy(() -> node.run("late", "runsc")).hasMessageContaining("runsc");
        assertThatThrownBy(node::undo).hasMessageContaining("nothing is kept");
    }

    @Test
    void the_walkthroughs_own_file_is_made_to_work() throws Exception {
        byte[] before = Files.readAllBytes(node.config);
        String theirFile =
                Files.readString(node.config)
                        + """
                        [plugins."io.containerd.runtime.v1.linux"]
                          shim_debug = true
                        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                          runtime_type = "io.containerd.runc.v2"
                        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runsc]
                          runtime_type = "io.containerd.runsc.v1"
                        """;
        Files.writeString(node.config, theirFile);
        try {
            node.configure(Optional.empty(), false);
            assertThat(node.kernel(node.run("walked", "runsc"))).startsWith("4.");
            node.remove("walked");
            node.undo();
            assertThat(Files.readString(node.config)).isEqualTo(theirFile);
        } finally {
            Files.write(node.config, before);
        }
        assertThat(node.runs(theirs)).isTrue();
    }

    @Test
    void what_is_not_gvisor_is_found_out_and_everything_put_back() throws Exception {
        byte[] before = Files.readAllBytes(node.config);
        Path launcher = directory.resolve("local/bin/runsc-launcher").toRealPath();
        node.putInPlaceOfTheLauncher(Path.of("/usr/sbin/runc"));
        try {
            assertThatThrownBy(() -> node.configure(Optional.of(Lane.LAUNCHER), false))
                    .isInstanceOf(ConfigurationRefused.class)
                    .hasMessageContaining("handler \"runsc\" is not gVisor")
                    .hasMessageEndingWith("is as it was");
        } finally {
            node.putInPlaceOfTheLauncher(launcher);
        }
        assertThat(Files.readAllBytes(node.config)).isEqualTo(before);
        assertThat(node.runs(theirs)).isTrue();
        assertThat(node.pods()).isEqualTo(1);
    }

    @Test
    void what_cannot_work_is_refused_before_anything_is_changed() throws Exception {
        byte[] before = Files.readAllBytes(node.config);
        assertThatThrownBy(() -> node.configure(Optional.of(Lane.SHIM), false))
                .hasMessageContaining("1.7.0 and newer");
        Files.writeString(
                node.config,
                Files.readString(node.config).replace("oom_score = 0", "oom_score = \"none\""));
        byte[] broken = Files.readAllBytes(node.config);
        try {
            assertThatThrownBy(() -> node.configure(Optional.empty(), false))
                    .hasMessageContaining("rejects the configuration");
            assertThat(Files.readAllBytes(node.config)).isEqualTo(broken);
        } finally {
            Files.write(node.config, before);
        }
        assertThat(node.said).noneMatch(line -> line.startsWith("restarting"));
        assertThat(node.runs(theirs)).isTrue();
    }
}
