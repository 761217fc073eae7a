package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinksTest {
    @TempDir Path prefix = Path.of("");

    private Path bin = Path.of("");
    private Links links = Links.none();

    @BeforeEach
    void make() {
        bin = prefix.resolve("bin");
        links = Links.in(bin, prefix.resolve("lib/glovebox"));
    }

    @Test
    void they_name_the_version_in_use_and_go_with_it() throws IOException {
        links.point(version("1"));
        links.point(version("2"));

        assertThat(Files.readSymbolicLink(bin.resolve("runsc")))
                .isEqualTo(prefix.resolve("lib/glovebox/runsc/2/runsc"));
        links.remove();
        assertThat(bin).isEmptyDirectory();
    }

    @Test
    void what_the_version_before_had_and_this_one_lacks_goes() throws IOException {
        Installation before =
                new Installation(
                        "1",
                        "a test",
                        prefix.resolve("lib/glovebox/runsc/1"),
                        List.of("containerd-shim-runsc-v1", "runsc"),
                        "systrap",
                        "",
                        Setup.RUNC_SHIM,
                        Instant.EPOCH);
        links.point(before);
        assertThat(bin.resolve("containerd-shim-runsc-v1")).isSymbolicLink();

        links.point(version("2"));

        assertThat(Files.exists(bin.resolve("containerd-shim-runsc-v1"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void what_somebody_else_put_there_is_left_alone() throws IOException {
        Files.createDirectories(bin);
        Path theirs = Files.writeString(bin.resolve("runsc"), "theirs");

        assertThatThrownBy(() -> links.point(version("1")))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining(
                        theirs + " is there already and was not put there by Glovebox");
        links.remove();
        assertThat(theirs).hasContent("theirs");

        Files.delete(theirs);
        Files.createSymbolicLink(theirs, Path.of("/usr/bin/true"));
        assertThatThrownBy(() -> links.check(List.of("runsc"))).hasMessageContaining("is there");
        Files.delete(theirs);
        Files.createSymbolicLink(theirs, prefix.resolve("lib/glovebox/../../../runsc"));
        assertThatThrownBy(() -> links.check(List.of("runsc"))).hasMessageContaining("is there");
    }

    private Installation version(String version) {
        return new Installation(
                version,
                "a test",
                prefix.resolve("lib/glovebox/runsc").resolve(version),
                List.of("runsc"),
                "systrap",
                "",
                Setup.RUNC_SHIM,
                Instant.EPOCH);
    }
}
