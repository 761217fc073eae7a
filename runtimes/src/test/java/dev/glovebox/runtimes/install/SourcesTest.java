package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.host.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who vouches for what is fetched.
class SourcesTest {
    private static final String HERE = "/releases/latest/x86_64/";

    @TempDir Path directory = Path.of("");

    private ReleaseServer served;
    private Path into = Path.of("");

    @BeforeEach
    void start() throws IOException {
        into = Files.createDirectory(directory.resolve("into"));
        served = new ReleaseServer();
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void a_release_is_taken_with_its_digests() throws Exception {
        release("runsc", "program");
        release("containerd-shim-runsc-v1", "shim");

        RuntimeSource.Fetched fetched = release("latest").fetch(into, said -> {});

        assertThat(fetched.programs().keySet())
                .containsExactlyInAnyOrder("runsc", "containerd-shim-runsc-v1");
        assertThat(into.resolve("runsc")).hasContent("program");
    }

    @Test
    void another_digest_is_refused() throws IOException {
        release("runsc", "program");
        served.put(HERE + "runsc", "altered");

        assertThatThrownBy(() -> release("latest").fetch(into, said -> {}))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("is not what")
                .hasMessageContaining("runsc.sha512 promises");
    }

    @Test
    void a_digest_that_is_none_is_refused() {
        served.put(HERE + "runsc", "program");
        served.put(HERE + "runsc.sha512", "<html>not found</html>");

        assertThatThrownBy(() -> release("latest").fetch(into, said -> {}))
                .hasMessageContaining("128 hexadecimal digits are needed");
    }

    @Test
    void a_release_that_is_not_there_names_what_was_looked_for() {
        assertThatThrownBy(() -> release("20260817.0").fetch(into, said -> {}))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("20260817.0/x86_64/runsc.sha512")
                .hasMessageContaining("gvisor.tar.bz2.sha512");
    }

    @Test
    void bad_addresses_and_versions_are_refused() {
        assertThatThrownBy(() ->
                        new GvisorRelease(
                                URI.create("http://example.com/r"), "latest", Architecture.X86_64))
                .hasMessageContaining("is no https:// address");
        assertThatThrownBy(() -> release("../../etc")).hasMessageContaining("not \"../../etc\"");
    }

    @Test
    void a_file_needs_somebody_who_vouches_for_it() throws Exception {
        Path file = Files.writeString(directory.resolve("runsc"), "program");

        assertThatThrownBy(() -> local(file, "").fetch(into, said -> {}))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("nobody vouches for")
                .hasMessageContaining("--sha512");
        clear();
        assertThatThrownBy(() -> local(file, "00").fetch(into, said -> {}))
                .hasMessageContaining("--sha512 is no SHA-512");
        clear();
        assertThatThrownBy(() -> local(file, "0".repeat(128)).fetch(into, said -> {}))
                .hasMessageContaining("is not what --sha512 promises");
        clear();
        Files.writeString(
                directory.resolve("runsc.sha512"), Digest.hex(file, "SHA-512") + "  runsc\n");
        assertThat(local(file, "").fetch(into, said -> {}).program("runsc"))
                .contains(into.resolve("runsc"));
        assertThat(file).exists();
    }

    @Test
    void a_program_for_another_processor_is_refused() throws IOException {
        byte[] arm = new byte[64];
        byte[] head = {0x7f, 'E', 'L', 'F', 2, 1};
        System.arraycopy(head, 0, arm, 0, head.length);
        arm[18] = (byte) 183;
        Path file = Files.write(directory.resolve("arm"), arm);

        assertThatThrownBy(() -> Architecture.X86_64.require(file, "runsc"))
                .isInstanceOf(InstallException.class)
                .hasMessage("runsc is built for aarch64, and this machine is x86_64");
        Architecture.AARCH64.require(file, "runsc");
        Path text = Files.writeString(directory.resolve("text"), "#!/bin/sh\n");
        assertThatThrownBy(() -> Architecture.X86_64.require(text, "runsc"))
                .hasMessage("runsc is no 64-bit Linux program");
    }

    private void clear() throws IOException {
        dev.glovebox.containerd.Trees.delete(into);
        Files.createDirectory(into);
    }

    private static LocalFile local(Path file, String digest) {
        return new LocalFile(file, Voucher.sha512(digest), "runsc");
    }

    private GvisorRelease release(String version) {
        return new GvisorRelease(served.url().resolve("/releases/"), version, Architecture.X86_64);
    }

    private void release(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve("served"), text);
        served.put(HERE + name, text);
        served.put(HERE + name + ".sha512", Digest.hex(file, "SHA-512") + "  " + name + "\n");
    }
}
