package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.install.Installation;
import dev.glovebox.runtimes.install.InstalledRuntimes;
import dev.glovebox.runtimes.install.Kata;
import dev.glovebox.runtimes.kata.VirtualMachineTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KataRuntimeTest {
    private static final Path WORKS = Path.of("/bin/true");
    private static final Path FAILS = Path.of("/bin/false");

    @TempDir Path directory = Path.of("");

    @Test
    void what_is_missing_is_named_and_what_would_help() throws IOException {
        assertThat(why(WORKS)).startsWith("it is not installed; install it: ");
        // No virtual machine is tried for what is not there.
        assertThat(why(FAILS)).startsWith("it is not installed; install it: ");
        installed("qemu", Kata.SHIM);
        assertThat(why(FAILS))
                .startsWith("Kata 3.24.0 is installed and cannot run: the trial ended with")
                .contains("; use a machine with virtualisation by hardware");
        Files.delete(directory.resolve("v/configuration.toml"));
        assertThat(why(WORKS)).startsWith("Kata 3.24.0 is not whole any more");
    }

    @Test
    void where_virtual_machines_run_what_is_installed_is_a_handler() throws IOException {
        installed("qemu", Kata.SHIM);

        Handler kata = ((KataRuntime.Usable) find(WORKS)).handler();

        assertThat(kata.kernel()).isEqualTo(Handler.Kernel.VIRTUAL_MACHINE);
        assertThat(kata.programs())
                .containsExactly(
                        directory.resolve("v/shim"),
                        directory.resolve("v/virtiofsd"),
                        directory.resolve("v/configuration.toml"),
                        directory.resolve("v/qemu"));
        assertThat(kata.setup().configuration())
                .contains(directory.resolve("v/configuration.toml"));
        assertThat(kata.setup().platform()).isEqualTo("qemu");
    }

    @Test
    void what_somebody_added_under_its_name_does_not_count_as_it() throws IOException {
        installed("", "io.containerd.runc.v2");

        assertThat(why(WORKS)).contains("is no Kata that was installed", "runtimes remove kata");
    }

    private void installed(String hypervisor, String shim) throws IOException {
        Path home = Files.createDirectory(directory.resolve("v"));
        for (String each : List.of("shim", "virtiofsd", "qemu", "configuration.toml")) {
            Files.setPosixFilePermissions(
                    Files.writeString(home.resolve(each), each),
                    PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        new InstalledRuntimes(directory)
                .add(
                        "kata",
                        new Installation(
                                "3.24.0",
                                "a test",
                                home,
                                List.of("shim", "virtiofsd", "qemu"),
                                hypervisor,
                                "",
                                shim,
                                Instant.EPOCH),
                        each -> false);
    }

    private String why(Path trial) throws IOException {
        return ((KataRuntime.Unusable) find(trial)).why().summary();
    }

    private KataRuntime.Result find(Path trial) throws IOException {
        return new KataRuntime(new InstalledRuntimes(directory), new VirtualMachineTrial(trial))
                .find();
    }
}
