package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.host.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Releases as GitHub has them.
class CrunReleaseTest {
    private static final String FILE = "/download/1.28/crun-1.28-linux-amd64";
    private static final String SUMS = "/download/1.28/CHECKSUMS";

    @TempDir Path directory = Path.of("");

    private ReleaseServer server;
    private Path into = Path.of("");

    @BeforeEach
    void start() throws IOException {
        into = Files.createDirectory(directory.resolve("into"));
        server = new ReleaseServer();
        server.move("/latest", "/tag/1.28");
        server.put(FILE, "program");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void the_newest_is_found_and_vouched_for_by_the_releases_checksums() throws Exception {
        server.put(
                SUMS,
                "%s  crun-1.28-linux-amd64-disable-systemd\n%s  crun-1.28-linux-amd64\n"
                        .formatted("0".repeat(64), digest("program")));

        RuntimeSource.Fetched fetched = fetch("latest", Voucher.NONE);

        assertThat(fetched.program("crun")).contains(into.resolve("crun"));
        assertThat(into.resolve("crun")).hasContent("program");
        assertThat(fetched.origin()).isEqualTo("the release latest at " + server.url());
    }

    @Test
    void another_digest_is_refused() throws Exception {
        server.put(SUMS, digest("another") + "  crun-1.28-linux-amd64\n");

        assertThatThrownBy(() -> fetch("1.28", Voucher.NONE))
                .isInstanceOf(InstallException.class)
                .isNotInstanceOf(UnreachableException.class)
                .hasMessageContaining("is not what")
                .hasMessageContaining("CHECKSUMS promises");
    }

    @Test
    void without_checksums_a_person_has_to_vouch_for_it() throws Exception {
        assertThatThrownBy(() -> fetch("1.28", Voucher.NONE))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("nobody vouches for")
                .hasMessageContaining("--sha256");
        assertThat(fetch("v1.28", Voucher.sha256(digest("program"))).programs()).hasSize(1);
        Files.delete(into.resolve("crun"));
        assertThatThrownBy(() -> fetch("1.28", Voucher.sha256(digest("another"))))
                .hasMessageContaining("is not what --sha256 promises");
        assertThatThrownBy(() -> fetch("1.28", Voucher.sha256("12")))
                .hasMessage("--sha256 is no SHA-256: 64 hexadecimal digits are needed");
    }

    @Test
    void what_names_no_release_is_no_release() {
        server.move("/latest", "/login");
        assertThatThrownBy(() -> fetch("latest", Voucher.NONE))
                .isInstanceOf(UnreachableException.class)
                .hasMessageEndingWith("names no release: it leads to " + server.url() + "login");
        server.move("/latest", "mailto:1.28");
        assertThatThrownBy(() -> fetch("latest", Voucher.NONE))
                .isInstanceOf(UnreachableException.class)
                .hasMessageEndingWith("it leads to mailto:1.28");
        server.move("/latest", "http://[");
        assertThatThrownBy(() -> fetch("latest", Voucher.NONE))
                .isInstanceOf(UnreachableException.class)
                .hasMessageEndingWith("leads to what is no address");
        assertThatThrownBy(() -> fetch("../1.28", Voucher.NONE))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("is called \"../1.28\"");
    }

    private RuntimeSource.Fetched fetch(String version, Voucher voucher) throws IOException {
        return new CrunRelease(server.url(), version, Architecture.X86_64, voucher)
                .fetch(into, said -> {});
    }

    private String digest(String text) throws IOException {
        return Digest.hex(Files.writeString(directory.resolve("text"), text), "SHA-256");
    }
}
