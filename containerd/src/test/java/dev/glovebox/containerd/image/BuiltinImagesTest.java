package dev.glovebox.containerd.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With Debian's busybox-static, which the build's machine has at /bin/busybox.
class BuiltinImagesTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir Path temp;

    @Test
    void busyboxs_image_is_named_after_its_version_and_links_its_applets() throws IOException {
        BuiltinImage image = BuiltinImages.busybox(BUSYBOX);
        assertThat(image.name()).matches("glovebox\\.dev/busybox:[0-9]+\\.[0-9]+\\.[0-9]+");
        Map<String, TarArchiveEntry> entries = entries(image.layer().content());
        assertThat(entries.get("bin/sh"))
                .satisfies(sh -> assertThat(sh.getLinkName()).isEqualTo("/bin/busybox"));
        assertThat(entries).containsKeys("bin/dmesg", "usr/bin/id", "etc/passwd", "root/");
        assertThat(entries.get("tmp/"))
                .satisfies(tmp -> assertThat(tmp.getMode() & 07777).isEqualTo(01777));
        assertThat(entries.get("bin/busybox"))
                .satisfies(box -> assertThat(box.getSize()).isEqualTo(Files.size(BUSYBOX)));
    }

    @Test
    void the_same_parts_make_the_same_digest() {
        assertThat(BuiltinImages.busybox(BUSYBOX).digest())
                .isEqualTo(BuiltinImages.busybox(BUSYBOX).digest());
    }

    @Test
    void its_archive_reads_back_as_the_same_image() throws IOException {
        BuiltinImage image = BuiltinImages.pause(BUSYBOX, "1");
        Path file = temp.resolve("pause.tar");
        OciArchive.write(image, file);
        try (ArchiveFile archive = ArchiveFile.open(file, "pause.tar")) {
            List<ArchivedImage> read = new OciLayout(archive, Platform.ofThisMachine()).images();
            assertThat(read).hasSize(1);
            assertThat(read.getFirst().names()).containsExactly("glovebox.dev/pause:1");
            assertThat(read.getFirst().manifest().blob().digest()).isEqualTo(image.digest());
            assertThat(read.getFirst().config().blob().digest()).isEqualTo(image.id());
        }
    }

    @Test
    void a_program_that_needs_libraries_is_refused() {
        assertThatThrownBy(() -> BuiltinImages.pause(Path.of("/bin/ls"), "1"))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("/bin/ls is not linked statically");
    }

    @Test
    void what_is_no_busybox_is_refused() {
        assertThatThrownBy(() -> BuiltinImages.busybox(Path.of("/bin/ls")))
                .hasMessage("/bin/ls does not say that it is a BusyBox");
    }

    private static Map<String, TarArchiveEntry> entries(byte[] layer) throws IOException {
        Map<String, TarArchiveEntry> entries = new HashMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ByteArrayInputStream(layer))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                entries.put(entry.getName(), entry);
            }
        }
        return entries;
    }
}
