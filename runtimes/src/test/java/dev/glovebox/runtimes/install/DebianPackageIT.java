package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.runtimes.gvisor.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `--from apt`, with the mirror that this machine's sources name, from its own lists.
class DebianPackageIT {
    private static final Path LAUNCHER =
            Path.of("../native/target/runsc-launcher").toAbsolutePath().normalize();

    @TempDir Path directory = Path.of("");

    @Test
    void debians_gvisor_is_installed_and_an_unknown_version_names_the_one_that_there_is()
            throws Exception {
        RuntimeInstaller installer =
                new RuntimeInstaller(
                        directory.resolve("runtimes"),
                        home -> false,
                        Clock.systemUTC(),
                        said -> {});
        Gvisor gvisor =
                new Gvisor(LAUNCHER, new GvisorWishes(Optional.of(Platform.SYSTRAP), false, false));

        Installation done =
                installer.install(gvisor, runsc(Optional.empty()), Links.none()).installation();

        assertThat(done.version()).isEqualTo("0.0~20240729.0");
        assertThat(done.source()).startsWith("Debian's package runsc ").contains("-backports");
        assertThat(done.programs()).containsExactly("runsc-launcher", "runsc");
        assertThat(done.platform()).isEqualTo("systrap");
        assertThat(Files.readString(done.home().resolve("runsc-launcher.conf")))
                .contains(done.home().resolve("runsc").toString());
        assertThatThrownBy(() ->
                        installer.install(gvisor, runsc(Optional.of("20991231")), Links.none()))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("no package runsc of version 20991231 is to be had")
                .hasMessageContaining("bookworm-backports has 0.0~20240729.0");
    }

    private DebianPackage runsc(Optional<String> version) {
        return new DebianPackage(
                new DebianPackages(directory.resolve("packages"), Path.of("/etc/apt")),
                List.of("bookworm-backports"),
                "runsc",
                "usr/bin/runsc",
                version);
    }
}
