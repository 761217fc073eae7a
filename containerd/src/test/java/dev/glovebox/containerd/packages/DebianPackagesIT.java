package dev.glovebox.containerd.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With the mirror that this machine's sources name.
class DebianPackagesIT {
    private static final Path SYSTEMS_LISTS = Path.of("/var/lib/apt/lists");

    @Test
    void a_package_of_backports_is_unpacked_beside_and_the_system_stays_as_it_is(@TempDir Path temp)
            throws IOException {
        Map<Path, FileTime> before = files(SYSTEMS_LISTS);
        DebianPackages packages = new DebianPackages(temp.resolve("p"), Path.of("/etc/apt"));
        UnpackedPackage runsc = packages.fetch("bookworm-backports", "runsc");
        assertThat(runsc.file("usr/bin/runsc")).isExecutable();
        assertThat(runsc.version()).contains("2024");
        assertThat(packages.unpacked("bookworm-backports", "runsc")).contains(runsc);
        assertThat(packages.fetch("bookworm-backports", "runsc")).isEqualTo(runsc);
        assertThat(files(SYSTEMS_LISTS)).isEqualTo(before);
    }

    @Test
    void a_package_that_the_suite_does_not_have_is_named(@TempDir Path temp) {
        DebianPackages packages = new DebianPackages(temp.resolve("p"), Path.of("/etc/apt"));
        assertThatThrownBy(() -> packages.fetch("bookworm-backports", "no-such-package-of-ours"))
                .isInstanceOf(PackageException.class)
                .hasMessageContaining("no-such-package-of-ours");
    }

    private static Map<Path, FileTime> files(Path directory) throws IOException {
        Map<Path, FileTime> found = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                found.put(file, Files.getLastModifiedTime(file));
            }
        }
        return found;
    }
}
