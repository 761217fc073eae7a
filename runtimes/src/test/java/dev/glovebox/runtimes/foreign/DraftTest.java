package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftTest {
    @TempDir Path directory;

    @Test
    void without_gvisor_and_containerd_the_paths_are_those_of_an_installation() throws IOException {
        Path file = Files.writeString(directory.resolve("config.toml"), "version = 3\n");
        Path prefix = directory.resolve("local");
        Draft draft = Draft.of(request(file, prefix), Optional.empty(), new Capabilities(-1));
        assertThat(draft.diff())
                .contains("--- /dev/null\n+++ " + prefix.resolve("lib/glovebox/configured"))
                .contains("+binary_name = \"" + prefix.resolve("bin/runsc") + '"')
                .contains("--- " + file + "\n+++ " + file)
                .contains(
                        "+runtime_path = \""
                                + prefix.resolve("bin/containerd-shim-runsc-v1")
                                + '"');
        assertThat(draft.remarks()).anyMatch(remark -> remark.contains("runsc is not installed"));
        assertThat(file).hasContent("version = 3");
        assertThat(prefix).doesNotExist();
    }

    @Test
    void installed_programs_are_named_by_the_version_behind_their_links() throws IOException {
        Path file = Files.writeString(directory.resolve("config.toml"), "version = 2\n");
        Path prefix = directory.resolve("local");
        Path home = Files.createDirectories(prefix.resolve("lib/glovebox/gvisor/v1"));
        Path bin = Files.createDirectories(prefix.resolve("bin"));
        for (String name : List.of("runsc", "runsc-launcher")) {
            Path program = Files.writeString(home.resolve(name), "");
            assertThat(program.toFile().setExecutable(true)).isTrue();
            Files.createSymbolicLink(bin.resolve(name), program);
        }
        Files.writeString(home.resolve("runsc-launcher.conf"), "runsc = x\nplatform = kvm\n");
        GvisorPrograms programs = GvisorPrograms.in(prefix);
        assertThat(programs.platform()).isEqualTo("kvm");
        assertThat(programs.shim()).isEmpty();
        Draft draft = Draft.of(request(file, prefix), Optional.empty(), new Capabilities(-1));
        assertThat(draft.diff())
                .contains("+BinaryName = \"" + home.resolve("runsc-launcher").toRealPath() + '"');
        assertThat(draft.remarks())
                .anyMatch(remark -> remark.contains("no containerd-shim-runsc-v1"));
    }

    private static ConfigureRequest request(Path file, Path prefix) {
        return new ConfigureRequest(
                file,
                "runsc",
                Optional.empty(),
                false,
                prefix,
                Optional.empty(),
                Path.of("/no/such/socket"),
                List.of("true"));
    }
}
