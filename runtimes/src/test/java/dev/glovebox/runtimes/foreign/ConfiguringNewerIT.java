package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.runtimes.Setup.Lane;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same under containerd 1.7 and 2.x, which are fetched for it.
@Tag("long")
class ConfiguringNewerIT {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"trixie", "sid"})
    void gvisor_runs_by_its_handler_and_the_pod_goes_on(String suite) throws Exception {
        try (ForeignNode node =
                new ForeignNode(directory, suite, ForeignNode.Configuration.SHORT)) {
            String theirs = node.run("theirs", "");
            byte[] before = Files.readAllBytes(node.config);
            node.configure(Optional.of(Lane.LAUNCHER), false);
            assertThat(node.kernel(node.run("ours", "runsc"))).startsWith("4.");
            assertThat(node.runs(theirs)).isTrue();
            node.remove("ours");
            node.undo();
            assertThat(Files.readAllBytes(node.config)).isEqualTo(before);
            assertThat(node.runs(theirs)).isTrue();
        }
    }

    @Test
    void containerd_2_takes_a_drop_in_and_its_own_file_stays() throws Exception {
        try (ForeignNode node =
                new ForeignNode(directory, "sid", ForeignNode.Configuration.COMPLETE)) {
            Path drop = directory.resolve("conf.d/glovebox-runsc.toml");
            Files.writeString(
                    node.config,
                    Files.readString(node.config)
                            .replace("imports = []", "imports = [\"conf.d/*.toml\"]"));
            byte[] before = Files.readAllBytes(node.config);
            node.configure(Optional.of(Lane.LAUNCHER), false);
            assertThat(drop).exists();
            assertThat(Files.readAllBytes(node.config)).isEqualTo(before);
            assertThat(node.kernel(node.run("ours", "runsc"))).startsWith("4.");
            node.remove("ours");
            node.undo();
            assertThat(drop).doesNotExist();
        }
    }
}
