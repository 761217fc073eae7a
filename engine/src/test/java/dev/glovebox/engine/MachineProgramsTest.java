package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.containerd.packages.PackageException;
import dev.glovebox.runtimes.gvisor.RunscSearch.PackagedRunsc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With programs that are small scripts, and packages that were unpacked before; no mirror is
/// known.
class MachineProgramsTest {
    @TempDir Path temp;
    private Path early;
    private Path late;
    private Path packages;
    private MachinePrograms programs;

    @BeforeEach
    void a_machine() throws IOException {
        early = Files.createDirectory(temp.resolve("early"));
        late = Files.createDirectory(temp.resolve("late"));
        packages = temp.toRealPath().resolve("packages");
        programs =
                new MachinePrograms(
                        List.of(temp.resolve("missing"), early, late),
                        new DebianPackages(
                                packages, Files.createDirectory(temp.resolve("etc-apt"))),
                        "bookworm",
                        true);
    }

    @Test
    void a_containerd_that_is_new_enough_is_taken_from_the_path() throws IOException {
        Path containerd = containerd(early, "containerd github.com/containerd v1.7.24 abc");

        assertThat(programs.containerd()).isEqualTo(containerd);
    }

    @Test
    void a_containerd_that_is_too_old_is_passed_over() throws IOException {
        containerd(early, "containerd github.com/containerd 1.5.9~ds1 1.5.9");
        Path root = unpacked("bookworm", "containerd", "1.6.20");

        assertThat(programs.containerd()).isEqualTo(root.resolve("usr/bin/containerd"));
    }

    @Test
    void a_containerd_that_says_no_version_is_passed_over() throws IOException {
        containerd(early, "what?");
        Path root = unpacked("bookworm", "containerd", "1.6.20");

        assertThat(programs.containerd()).isEqualTo(root.resolve("usr/bin/containerd"));
    }

    @Test
    void a_containerd_that_cannot_run_here_is_passed_over() throws IOException {
        Path alien = containerd(early, "containerd v2.0.0");
        Files.writeString(alien, "#!/no/such/interpreter\n");
        Path root = unpacked("bookworm", "containerd", "1.6.20");

        assertThat(programs.containerd()).isEqualTo(root.resolve("usr/bin/containerd"));
    }

    @Test
    void a_containerd_that_fails_is_passed_over_whatever_it_says() throws IOException {
        script(early, "containerd", "echo needs glibc 2.38.0; exit 1");
        Path root = unpacked("bookworm", "containerd", "1.6.20");

        assertThat(programs.containerd()).isEqualTo(root.resolve("usr/bin/containerd"));
    }

    @Test
    void the_suite_is_the_machines_codename_else_bookworm() throws IOException {
        Path osRelease = temp.resolve("os-release");
        for (String line : List.of("trixie", "\"trixie\"", "'trixie'")) {
            Files.writeString(osRelease, "ID=debian\nVERSION_CODENAME=" + line + "\n");
            assertThat(MachinePrograms.suite(osRelease)).isEqualTo("trixie");
        }
        Files.writeString(osRelease, "ID=arch\nVERSION_CODENAME=\n");
        assertThat(MachinePrograms.suite(osRelease)).isEqualTo("bookworm");
    }

    @Test
    void without_one_on_the_path_and_without_a_mirror_it_is_said_what_is_missing() {
        assertThatThrownBy(() -> programs.containerd())
                .isInstanceOf(PackageException.class)
                .hasMessageContaining("name no Debian archive from which bookworm could be read");
    }

    @Test
    void the_first_runc_on_the_path_that_may_be_executed_is_taken() throws IOException {
        Files.writeString(early.resolve("runc"), "not executable");
        Path runc = script(late, "runc", "exit 0");

        assertThat(programs.runc()).isEqualTo(runc);
    }

    @Test
    void a_directory_is_no_program() throws IOException {
        Files.createDirectory(early.resolve("runc"));
        Path root = unpacked("bookworm", "runc", "1.1.5+ds1-1");

        assertThat(programs.runc()).isEqualTo(root.resolve("usr/sbin/runc"));
    }

    @Test
    void runsc_comes_from_the_suites_backports_before_trixie() throws IOException {
        Path trixie = unpacked("trixie", "runsc", "2025-1");
        assertThat(programs.runsc())
                .isEqualTo(new PackagedRunsc.Unpacked(trixie.resolve("usr/bin/runsc")));

        Path backports = unpacked("bookworm-backports", "runsc", "2024-1");
        assertThat(programs.runsc())
                .isEqualTo(new PackagedRunsc.Unpacked(backports.resolve("usr/bin/runsc")));
    }

    @Test
    void without_runsc_anywhere_it_is_said_why() {
        assertThat(programs.runsc())
                .isInstanceOfSatisfying(
                        PackagedRunsc.Unavailable.class,
                        none -> assertThat(none.toString()).contains("trixie"));
    }

    private static Path containerd(Path directory, String says) throws IOException {
        return script(directory, "containerd", "echo '" + says + "'");
    }

    private static Path script(Path directory, String name, String line) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// As [DebianPackages] lays one out.
    private Path unpacked(String suite, String name, String version) throws IOException {
        Path home = Files.createDirectories(packages.resolve(suite));
        Path root = Files.createDirectory(home.resolve(name + "_" + version));
        Files.createSymbolicLink(home.resolve(name), root.getFileName());
        return root;
    }
}
