package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.gvisor.RunscVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Installing ordinary programs of the machine, which say a version as a runtime does.
class RuntimeInstallerTest {
    private static final Path ONE = Path.of("/usr/bin/dpkg");
    private static final Path OTHER = Path.of("/usr/bin/tar");

    @TempDir Path directory = Path.of("");

    @Test
    void another_version_is_put_beside_and_a_rollback_takes_the_one_before() throws Exception {
        RuntimeInstaller installer = installer(home -> false);

        assertThat(add(installer, ONE).changed()).isTrue();
        assertThat(add(installer, ONE).changed()).isFalse();
        Installation other = add(installer, OTHER).installation();

        InstalledRuntimes.Versions back = installer.rollback("ours", Links.none());
        assertThat(back.current().source()).isEqualTo("the file " + ONE);
        assertThat(back.current().home().resolve("dpkg"))
                .isExecutable()
                .hasSameBinaryContentAs(ONE);
        assertThat(other.home().resolve("tar")).hasSameBinaryContentAs(OTHER);
        assertThat(read().earlier()).containsExactly(other);
    }

    @Test
    void what_runs_stays_when_the_runtime_is_removed() throws Exception {
        Path busy = add(installer(home -> false), ONE).installation().home();
        Path idle = add(installer(home -> false), OTHER).installation().home();

        List<Path> left = installer(busy::equals).remove("ours", Links.none());

        assertThat(left).containsExactly(busy);
        assertThat(busy).exists();
        assertThat(idle).doesNotExist();
        assertThat(new InstalledRuntimes(directory).names()).isEmpty();
        assertThatThrownBy(() -> installer(home -> false).remove("ours", Links.none()))
                .isInstanceOf(InstallException.class)
                .hasMessage("ours is not installed below " + directory);
    }

    @Test
    void what_breaks_off_leaves_the_version_in_use_and_nothing_else() throws Exception {
        Installation before = add(installer(home -> false), ONE).installation();
        RuntimeSource broken =
                new RuntimeSource() {
                    @Override
                    public String describe() {
                        return "a source that breaks off";
                    }

                    @Override
                    public Fetched fetch(Path into, java.util.function.Consumer<String> said)
                            throws IOException {
                        Files.writeString(into.resolve("runsc"), "half of it");
                        throw new IOException("the line went dead");
                    }
                };

        assertThatThrownBy(() ->
                        installer(home -> false)
                                .install(
                                        new Gvisor(
                                                Path.of("/bin/true"),
                                                new GvisorWishes(Optional.empty(), true, false)),
                                        broken,
                                        Links.none()))
                .isInstanceOf(InstallException.class)
                .hasMessage("cannot install below " + directory)
                .hasRootCauseMessage("the line went dead");

        assertThat(read().current()).isEqualTo(before);
        assertThat(directory).isDirectoryNotContaining("glob:**.incoming*");
    }

    @Test
    void what_an_installation_that_was_killed_had_fetched_goes() throws Exception {
        Path left = Files.createDirectory(directory.resolve(".incoming123"));
        Files.writeString(left.resolve("runsc"), "half of it");

        add(installer(home -> false), ONE);

        assertThat(left).doesNotExist();
    }

    @Test
    void only_one_installs_at_a_time() throws Exception {
        try (FileChannel lock =
                FileChannel.open(
                        directory.resolve(".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            assertThat(lock.tryLock()).isNotNull();
            assertThatThrownBy(() -> add(installer(home -> false), ONE))
                    .isInstanceOf(InstallException.class)
                    .hasMessageContaining("another installation below");
        }
    }

    @Test
    void what_is_no_runtime_and_what_cannot_be_written_is_refused() throws Exception {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\nexit 0\n");

        assertThatThrownBy(() -> add(installer(home -> false), script))
                .hasMessage(script + " is no 64-bit Linux program");
        assertThatThrownBy(() -> add(installer(home -> false), Path.of("/usr/bin/false")))
                .isInstanceOf(InstallException.class);
        assertThatThrownBy(() -> add(installer(home -> false), directory.resolve("none")))
                .hasMessage("there is no program " + directory.resolve("none"));
        RuntimeInstaller nowhere =
                new RuntimeInstaller(
                        Path.of("/proc/glovebox"), home -> false, Clock.systemUTC(), said -> {});
        assertThatThrownBy(() -> add(nowhere, ONE))
                .isInstanceOf(InstallException.class)
                .hasMessage("cannot install below /proc/glovebox");
        assertThatThrownBy(() -> Room.require(directory, Long.MAX_VALUE / 2))
                .isInstanceOf(InstallException.class)
                .hasMessageStartingWith("no space in " + directory);
    }

    @Test
    void an_older_gvisor_takes_nobodys_place_unasked() {
        RunscVersion old = new RunscVersion("0.0~20240729.0", LocalDate.of(2024, 7, 29));
        RunscVersion now = new RunscVersion("20260817.0", LocalDate.of(2026, 8, 17));

        FetchedGvisor.refuseOlder(now, old, "a release");
        FetchedGvisor.refuseOlder(now, now, "a release");
        assertThatThrownBy(() -> FetchedGvisor.refuseOlder(old, now, "a package"))
                .isInstanceOf(InstallException.class)
                .hasMessageStartingWith("a package has gvisor 0.0~20240729.0, which is older than");
    }

    @Test
    void an_older_program_takes_nobodys_place_unasked() throws Exception {
        RuntimeInstaller installer = installer(home -> false);
        add(installer, Path.of("/bin/bash"));

        assertThatThrownBy(() -> add(installer, OTHER, false))
                .isInstanceOf(InstallException.class)
                .hasMessageMatching(
                        "the file /usr/bin/tar has tar .GNU tar. 1[.].*, which is older than .*");
        assertThat(add(installer, OTHER, true).changed()).isTrue();
    }

    @Test
    void what_lacks_a_program_that_is_wanted_is_refused() {
        RuntimeSource.Fetched bare = new RuntimeSource.Fetched(Map.of("runsc", ONE), "a file");

        assertThatThrownBy(() ->
                        FetchedGvisor.of(
                                bare,
                                new GvisorWishes(Optional.empty(), true, true),
                                Optional.empty()))
                .hasMessageStartingWith("a file has no containerd-shim-runsc-v1");
        assertThatThrownBy(() ->
                        FetchedGvisor.of(
                                new RuntimeSource.Fetched(Map.of(), "a file"),
                                new GvisorWishes(Optional.empty(), true, false),
                                Optional.empty()))
                .hasMessage("a file has no program runsc");
    }

    private RuntimeInstaller installer(Predicate<Path> inUse) {
        return new RuntimeInstaller(directory, inUse, Clock.systemUTC(), said -> {});
    }

    private static RuntimeInstaller.Outcome add(RuntimeInstaller installer, Path program)
            throws IOException, InterruptedException {
        return add(installer, program, true);
    }

    private static RuntimeInstaller.Outcome add(
            RuntimeInstaller installer, Path program, boolean older)
            throws IOException, InterruptedException {
        return installer.install(
                new OciProgram("ours", Setup.RUNC_SHIM, older),
                new GivenProgram(program),
                Links.none());
    }

    private InstalledRuntimes.Versions read() throws IOException {
        return new InstalledRuntimes(directory).read("ours").orElseThrow();
    }
}
