package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledRuntimesTest {
    @TempDir Path directory = Path.of("");

    @Test
    void what_is_added_is_read_again_with_what_was_before() throws IOException {
        InstalledRuntimes installed = new InstalledRuntimes(directory);
        assertThat(installed.read("gvisor")).isEmpty();
        assertThat(installed.names()).isEmpty();

        installed.add("gvisor", version("1"), home -> false);
        installed.add("gvisor", version("2"), home -> false);

        assertThat(installed.read("gvisor"))
                .contains(new InstalledRuntimes.Versions(version("2"), List.of(version("1"))));
        assertThat(installed.names()).containsExactly("gvisor");
    }

    @Test
    void of_many_versions_two_are_kept_and_those_that_something_runs_from() throws IOException {
        InstalledRuntimes installed = new InstalledRuntimes(directory);
        for (String each : List.of("1", "2", "3", "4")) {
            installed.add("gvisor", version(each), home -> true);
        }

        List<Installation> gone = installed.add("gvisor", version("5"), home -> home.endsWith("1"));

        assertThat(gone).containsExactly(version("2"));
        assertThat(installed.read("gvisor").orElseThrow().earlier())
                .containsExactly(version("4"), version("3"), version("1"));
    }

    @Test
    void a_rollback_goes_to_the_version_before_and_back() throws IOException {
        InstalledRuntimes installed = new InstalledRuntimes(directory);
        installed.add("gvisor", version("1"), home -> false);
        assertThatThrownBy(() -> installed.rollback("gvisor"))
                .isInstanceOf(InstallException.class)
                .hasMessage("there is no version of gvisor before 1 to go back to");
        installed.add("gvisor", version("2"), home -> false);

        assertThat(installed.rollback("gvisor").current()).isEqualTo(version("1"));
        assertThat(installed.rollback("gvisor").current()).isEqualTo(version("2"));
        assertThatThrownBy(() -> installed.rollback("kata")).hasMessage("kata is not installed");
    }

    @Test
    void a_damaged_file_and_a_name_that_is_none_are_refused() throws IOException {
        Files.writeString(directory.resolve("gvisor.install.json"), "{\"current\":");
        InstalledRuntimes installed = new InstalledRuntimes(directory);

        assertThatThrownBy(() -> installed.read("gvisor"))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining(
                        "gvisor.install.json is damaged; remove it and install gvisor");
        assertThatThrownBy(() -> installed.read("../up"))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("not \"../up\"");
    }

    private Installation version(String version) {
        return new Installation(
                version,
                "a test",
                directory.resolve("runsc").resolve(version),
                List.of("runsc"),
                "systrap",
                "systrap 1 ms",
                Setup.RUNC_SHIM,
                Instant.EPOCH);
    }
}
