package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeArchiveTest {
    @TempDir Path directory = Path.of("");

    /// An entry of an archive that a test writes.
    private record Entry(String name, byte type, String text) {
        static Entry file(String name, String text) {
            return new Entry(name, TarConstants.LF_NORMAL, text);
        }

        static Entry symlink(String name, String target) {
            return new Entry(name, TarConstants.LF_SYMLINK, target);
        }

        static Entry link(String name, String target) {
            return new Entry(name, TarConstants.LF_LINK, target);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gz", "bzip2", "xz"})
    void programs_are_taken_wherever_they_lie(String compression) throws Exception {
        Path archive =
                write(
                        compression,
                        Entry.file("./gvisor/README", "read me"),
                        Entry.file("./gvisor/bin/runsc", "program"),
                        Entry.symlink("./gvisor/latest", "bin/../bin/runsc"));

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
        refused("entry \"d\" is a device", new Entry("d", TarConstants.LF_CHR, ""));
    }

    @Test
    void a_name_that_is_there_twice_is_refused() throws Exception {
        refused("it has runsc twice", Entry.file("a/runsc", "1"), Entry.file("b/runsc", "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gz", "bzip2", "xz"})
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
        Path file = directory.resolve("archive");
        try (OutputStream plain = Files.newOutputStream(file);
                OutputStream out =
                        compression.equals("none")
                                ? plain
                                : new CompressorStreamFactory()
                                        .createCompressorOutputStream(compression, plain);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            for (Entry each : entries) {
                byte[] text = each.text().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(each.name(), each.type(), true);
                if (each.type() == TarConstants.LF_NORMAL) {
                    entry.setSize(text.length);
                    tar.putArchiveEntry(entry);
                    tar.write(text);
                } else {
                    entry.setLinkName(each.text());
                    tar.putArchiveEntry(entry);
                }
                tar.closeArchiveEntry();
            }
        }
        return file;
    }
}
