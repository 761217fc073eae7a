package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.install.TarFile.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeArchiveTest {
    @TempDir Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"none", "gz", "bzip2", "xz", "zstd"})
    void programs_are_taken_wherever_they_lie(String compression) throws Exception {
        Path archive =
                write(
                        compression,
                        Entry.file("./gvisor/README", "read me"),
                        Entry.file("./gvisor/bin/runsc", "program"),
                        Entry.symlink("./gvisor/latest", "./bin/runsc"));

        assertThat(RuntimeArchive.looksLikeOne(archive)).isTrue();
        assertThat(take(archive)).isEqualTo(List.of("runsc"));
        assertThat(directory.resolve("out/runsc")).hasContent("program");
        assertThat(directory.resolve("out/README")).doesNotExist();
    }

    @Test
    void names_and_links_that_lead_out_of_it_are_refused() throws Exception {
        refused("entry \"../runsc\" leads out", Entry.file("../runsc", "x"));
        refused("entry \"a/../../runsc\" leads out", Entry.file("a/../../runsc", "x"));
        refused("entry \"/usr/bin/runsc\" leads out", absolute());
        refused(
                "link \"a/l\" leads out of it, to \"../../etc\"",
                Entry.symlink("a/l", "../../etc"));
        refused(
                "link \"l\" leads out of it, to \"/etc/passwd\"",
                Entry.symlink("l", "/etc/passwd"));
        refused("link \"l\" leads out of it, to \"../h\"", Entry.link("l", "../h"));
        refused(
                "link \"l\" leads out of it, to \"a/../b\"",
                Entry.file("a/x", "x"),
                Entry.symlink("l", "a/../b"));
        refused("link \"l\" leads out of it, to \"a/../b\"", Entry.link("l", "a/../b"));
        refused("entry \"d\" is sparse", Entry.of("d", TarConstants.LF_GNUTYPE_SPARSE, ""));
        refused("entry \"d\" is a device", Entry.of("d", TarConstants.LF_CHR, ""));
    }

    @Test
    void a_name_that_is_there_twice_is_refused() throws Exception {
        refused("it has runsc twice", Entry.file("a/runsc", "1"), Entry.file("b/runsc", "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gz", "bzip2", "xz", "zstd"})
    void one_that_is_cut_off_is_refused(String compression) throws Exception {
        byte[] noise = new byte[40_000];
        new java.util.Random(1).nextBytes(noise);
        Path archive =
                write(
                        compression,
                        Entry.file("runsc", new String(noise, StandardCharsets.ISO_8859_1)));
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> take(archive))
                .isInstanceOf(InstallException.class)
                .hasMessageStartingWith("the archive is no usable archive: ");
    }

    @Test
    void all_of_it_becomes_a_tree_with_its_links_and_no_more_rights_than_it_needs()
            throws Exception {
        Path out =
                unpacked(
                        Entry.directory("./opt/"),
                        Entry.symlink("./opt/bin/newest", ".././kernel-1"),
                        Entry.symlink("./opt/nothing", "not-there"),
                        Entry.file("./opt/bin/shim", "program"),
                        Entry.file("./opt/kernel-1", "kernel"),
                        Entry.link("./opt/same", "./opt/kernel-1"));

        assertThat(out.resolve("opt/bin/newest")).isSymbolicLink().hasContent("kernel");
        assertThat(out.resolve("opt/same")).hasContent("kernel");
        assertThat(Files.getPosixFilePermissions(out.resolve("opt/bin/shim")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat((int) Files.getAttribute(out.resolve("opt/bin/shim"), "unix:mode") & 07000)
                .isZero();
        assertThat(Files.getPosixFilePermissions(out.resolve("opt/kernel-1")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void a_tree_is_written_through_no_link() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        notUnpacked("it has \"a\" twice", Entry.symlink("a", "b"), Entry.file("a/x", "1"));
        notUnpacked("it has \"a\" twice", Entry.symlink("a", "b"), Entry.symlink("a", "c"));
        notUnpacked("it has \"a\" twice", Entry.file("a", "1"), Entry.file("a", "2"));
        notUnpacked("leads out of it, to \"../outside\"", Entry.symlink("a", "../outside"));
        notUnpacked("leads out", Entry.link("a", "../outside/x"));
        // Two that stay inside by their names, and lead out together.
        notUnpacked(
                "its link \"l\" leads out",
                Entry.directory("p/q"),
                Entry.symlink("p/q/r", "../.."),
                Entry.symlink("l", "p/q/r/../outside"));
        // And with nothing there, so that only writing through it would make it.
        notUnpacked(
                "its link \"l\" leads out",
                Entry.directory("p/q"),
                Entry.symlink("p/q/r", "../.."),
                Entry.symlink("l", "p/q/r/../outside/not-there"));
        notUnpacked("it has \"a\" twice", Entry.file("a", "1"), Entry.directory("a"));
        notUnpacked("it has \"a\" twice", Entry.file("a", "1"), Entry.file("a/x", "2"));
        notUnpacked("its link \"a\" leads to nothing before it", Entry.link("a", "b"));
        notUnpacked(
                "its link \"a\" leads to itself", Entry.symlink("a", "b"), Entry.symlink("b", "a"));
        assertThat(outside).isEmptyDirectory();
    }

    private Path unpacked(Entry... entries) throws Exception {
        Path out = directory.resolve("tree");
        dev.glovebox.containerd.Trees.delete(out);
        Files.createDirectory(out);
        new RuntimeArchive(write("zstd", entries), "the archive").unpack(out, 1 << 20);
        return out;
    }

    private void notUnpacked(String why, Entry... entries) {
        assertThatThrownBy(() -> unpacked(entries))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining(why);
    }

    @Test
    void what_is_no_archive_is_said_to_be_none() throws Exception {
        Path file = Files.writeString(directory.resolve("text"), "no archive");
        assertThat(RuntimeArchive.looksLikeOne(file)).isFalse();
        assertThatThrownBy(() -> take(file)).hasMessageContaining("neither tar nor");
    }

    private static Entry absolute() {
        return Entry.file("/usr/bin/runsc", "x");
    }

    private void refused(String why, Entry... entries) throws Exception {
        Path archive = write("none", entries);
        assertThatThrownBy(() -> take(archive))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining(why);
    }

    private List<String> take(Path archive) throws IOException {
        Path out = directory.resolve("out");
        dev.glovebox.containerd.Trees.delete(out);
        Files.createDirectory(out);
        return List.copyOf(
                new RuntimeArchive(archive, "the archive")
                        .take(out, "runsc", "containerd-shim-runsc-v1")
                        .keySet());
    }

    private Path write(String compression, Entry... entries)
            throws IOException, CompressorException {
        return TarFile.write(directory.resolve("archive"), compression, entries);
    }
}
