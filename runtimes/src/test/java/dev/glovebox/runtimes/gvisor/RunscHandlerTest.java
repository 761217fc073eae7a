package dev.glovebox.runtimes.gvisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunscHandlerTest {
    private static final RunscVersion VERSION =
            new RunscVersion("release-20260101.0", LocalDate.of(2026, 1, 1));

    @TempDir Path directory;
    private RunscHandler handler;

    @BeforeEach
    void makeLauncher() throws IOException {
        Path launcher = Files.writeString(directory.resolve("launcher"), "launcher");
        handler = new RunscHandler(directory.resolve("runtimes/runsc"), launcher);
    }

    @Test
    void the_launcher_finds_its_runsc_beside_it() throws IOException {
        RunscHandler.Installed installed = handler.install(found("one"));
        assertThat(installed.launcher()).hasContent("launcher");
        assertThat(installed.runsc()).hasContent("one");
        assertThat(installed.launcher().resolveSibling("runsc-launcher.conf"))
                .content()
                .contains("runsc = " + installed.runsc() + "\n")
                .contains("platform = systrap\n")
                .contains("hide-proc-sys-net = false\n");
    }

    @Test
    void a_containers_seccomp_profile_binds() throws IOException {
        assertThat(handler.install(found("one")).launcher().resolveSibling("runsc-launcher.conf"))
                .content()
                .contains("\nflag = --oci-seccomp=true\n");
    }

    @Test
    void what_is_installed_may_be_written_by_its_owner_alone() throws IOException {
        RunscHandler.Installed installed = handler.install(found("one"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(installed.runsc())))
                .isEqualTo("rwxr-xr-x");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(
                                        installed
                                                .launcher()
                                                .resolveSibling("runsc-launcher.conf"))))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void another_runsc_leaves_the_one_that_pods_run_with_alone() throws IOException {
        RunscHandler.Installed first = handler.install(found("one"));
        RunscHandler.Installed second = handler.install(found("two"));
        assertThat(second.runsc()).isNotEqualTo(first.runsc()).hasContent("two");
        assertThat(first.runsc()).hasContent("one");
    }

    @Test
    void installing_the_same_again_changes_nothing_and_mends_what_is_damaged() throws IOException {
        RunscHandler.Installed first = handler.install(found("one"));
        Files.writeString(first.runsc(), "damaged");
        assertThat(handler.install(found("one"))).isEqualTo(first);
        assertThat(first.runsc()).hasContent("one");
    }

    private RunscSearch.Found found(String content) throws IOException {
        return new RunscSearch.Found(
                Files.writeString(directory.resolve("found-" + content), content), VERSION);
    }
}
