package dev.glovebox.containerd.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarIndexTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    @TempDir Path temp;

    @Test
    void files_are_found_where_they_lie() throws Exception {
        byte[] tar = ours();
        try (FileChannel channel = channel(tar)) {
            TarIndex.Place place = TarIndex.read(channel).find("dir/hello").orElseThrow();
            ByteBuffer content = ByteBuffer.allocate((int) place.size());
            channel.read(content, place.offset());
            assertThat(content.array()).isEqualTo(HELLO);
        }
    }

    @Test
    void a_link_leads_to_its_file_by_the_place_where_it_lies() throws Exception {
        byte[] tar =
                tar(out -> {
                    out.directory("a", 0755);
                    out.link("a/layer.tar", "../b/layer.tar");
                    out.file("b/layer.tar", 0644, HELLO);
                });
        assertThat(index(tar).find("a/layer.tar").orElseThrow().size()).isEqualTo(HELLO.length);
    }

    @Test
    void links_in_a_circle_are_refused() throws Exception {
        TarIndex index =
                index(
                        tar(out -> {
                            out.link("a", "b");
                            out.link("b", "a");
                        }));
        assertThatThrownBy(() -> index.find("a")).hasMessage("the link a leads in a circle");
    }

    @Test
    void a_path_that_climbs_out_is_refused() throws Exception {
        byte[] climbing = tar(out -> out.file("../../etc/passwd", 0644, HELLO));
        byte[] absolute = tar(out -> out.file("/etc/passwd", 0644, HELLO));
        byte[] link = tar(out -> out.link("a/b", "../../x"));
        assertThatThrownBy(() -> index(climbing)).hasMessageContaining("leads out of it");
        assertThatThrownBy(() -> index(absolute)).hasMessageContaining("absolute path");
        assertThatThrownBy(() -> index(link)).hasMessageContaining("leads out of it");
    }

    @Test
    void a_name_that_comes_twice_is_refused() throws Exception {
        byte[] twice =
                tar(out -> {
                    out.file("index.json", 0644, HELLO);
                    out.file("./index.json", 0644, HELLO);
                });
        assertThatThrownBy(() -> index(twice)).hasMessage("it holds \"index.json\" twice");
    }

    @Test
    void an_archive_cut_short_names_the_file_within_which_it_ends() throws Exception {
        byte[] cut = Arrays.copyOf(tar(out -> out.file("layer", 0644, new byte[5000])), 3000);
        assertThatThrownBy(() -> index(cut))
                .hasMessage("it ends within \"layer\", as if cut short");
    }

    @Test
    void what_is_no_tar_archive_is_said_to_be_none() {
        assertThatThrownBy(() -> index(new byte[0])).hasMessage("it is not a tar archive");
        assertThatThrownBy(() -> index("<html>".repeat(200).getBytes(StandardCharsets.UTF_8)))
                .hasMessage("it is not a tar archive");
    }

    @Test
    void long_names_of_pax_and_of_gnu_are_read() throws Exception {
        String name = "blobs/" + "x".repeat(200) + "/layer.tar";
        assertThat(index(theirs(name, TarArchiveOutputStream.LONGFILE_POSIX)).find(name))
                .isPresent();
        assertThat(index(theirs(name, TarArchiveOutputStream.LONGFILE_GNU)).find(name)).isPresent();
    }

    @Test
    void damage_of_any_kind_is_a_refusal_and_nothing_else() throws Exception {
        Random random = new Random(3);
        byte[] whole = theirs("d/" + "n".repeat(150), TarArchiveOutputStream.LONGFILE_POSIX);
        for (int round = 0; round < 1000; round++) {
            byte[] damaged = whole.clone();
            for (int hit = random.nextInt(6); hit >= 0; hit--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            mend(damaged, 0);
            mend(damaged, 1024);
            try {
                index(Arrays.copyOf(damaged, random.nextInt(damaged.length + 1)));
            } catch (MalformedTar refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    /// Makes the checksum of the header at `offset` right again, so that damage gets past it.
    private static void mend(byte[] tar, int offset) {
        Arrays.fill(tar, offset + 148, offset + 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[offset + i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, tar, offset + 148, digits.length);
    }

    private static byte[] theirs(String name, int mode) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            out.setLongFileMode(mode);
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(HELLO.length);
            out.putArchiveEntry(entry);
            out.write(HELLO);
            out.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static byte[] ours() throws IOException {
        return tar(out -> {
            out.directory("dir", 0755);
            out.file("dir/hello", 0644, HELLO);
        });
    }

    private TarIndex index(byte[] tar) throws IOException, MalformedTar {
        try (FileChannel channel = channel(tar)) {
            return TarIndex.read(channel);
        }
    }

    private FileChannel channel(byte[] tar) throws IOException {
        return FileChannel.open(Files.write(temp.resolve("a.tar"), tar));
    }

    static byte[] tar(Filling filling) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(bytes);
        filling.fill(writer);
        writer.finish();
        return bytes.toByteArray();
    }

    interface Filling {
        void fill(TarWriter out) throws IOException;
    }
}
