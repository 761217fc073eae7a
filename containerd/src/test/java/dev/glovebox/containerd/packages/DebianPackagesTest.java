package dev.glovebox.containerd.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With apt's real program, and archives that lie on this disk.
class DebianPackagesTest {
    @TempDir Path temp;
    private Path etc;

    @BeforeEach
    void an_apt_configuration() throws IOException {
        etc = Files.createDirectory(temp.resolve("etc"));
    }

    @Test
    void a_machine_without_a_debian_archive_is_told_so() {
        assertThatThrownBy(() -> packages().fetch("trixie", "runsc"))
                .isInstanceOf(PackageException.class)
                .hasMessageContaining("name no Debian archive from which trixie could be read");
    }

    @Test
    void an_archive_without_a_signature_is_refused() throws IOException {
        Path suite = Files.createDirectories(temp.resolve("mirror/dists/trixie/main/binary-amd64"));
        Files.writeString(suite.resolve("Packages"), "");
        Files.writeString(
                temp.resolve("mirror/dists/trixie/Release"),
                "Origin: Debian\nSuite: trixie\nCodename: trixie\nComponents: main\n");
        Files.writeString(
                etc.resolve("sources.list"),
                "deb [trusted=yes] file:" + temp.resolve("mirror") + " trixie main\n");
        assertThatThrownBy(() -> packages().fetch("trixie", "runsc"))
                .isInstanceOf(PackageException.class)
                .hasMessageContaining("cannot get package runsc of trixie: apt-get update says: ")
                .hasMessageContaining("not signed");
    }

    @Test
    void what_was_never_fetched_is_not_there() {
        assertThat(packages().unpacked("trixie", "runsc")).isEmpty();
    }

    @Test
    void a_name_with_a_path_in_it_is_no_package() {
        assertThatThrownBy(() -> packages().fetch("trixie", "../runsc"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> packages().fetch("trixie/x", "runsc"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private DebianPackages packages() {
        return new DebianPackages(temp.resolve("packages"), etc);
    }
}
