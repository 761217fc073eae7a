package dev.glovebox.containerd.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/// An open image archive: its files by name, read in place.
final class ArchiveFile implements AutoCloseable {
    /// Largest index, manifest or configuration, in bytes. Registries stop at 4 MiB.
    static final int LARGEST_JSON = 8 << 20;

    private static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder().maxNestingDepth(64).build())
                            .build());

    private final FileChannel channel;
    private final String what;
    private final TarIndex index;

    private ArchiveFile(FileChannel channel, String what, TarIndex index) {
        this.channel = channel;
        this.what = what;
        this.index = index;
    }

    /// Opens the tar archive in `file`.
    ///
    /// @param what how a person knows it, for messages
    static ArchiveFile open(Path file, String what) throws IOException {
        FileChannel channel = FileChannel.open(file);
        try {
            return new ArchiveFile(channel, what, TarIndex.read(channel));
        } catch (MalformedTar e) {
            channel.close();
            throw new ImageException(
                    ImageException.Reason.INVALID_ARCHIVE,
                    what + " is no image archive: " + e.getMessage(),
                    e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The failure that says what is wrong with this archive.
    ImageException wrong(String clause) {
        return new ImageException(
                ImageException.Reason.INVALID_ARCHIVE,
                what + " is no usable image archive: " + clause);
    }

    Optional<TarIndex.Place> find(String name) {
        try {
            return index.find(name);
        } catch (MalformedTar e) {
            throw wrong(e.getMessage() == null ? "it is damaged" : e.getMessage());
        }
    }

    TarIndex.Place need(String name) {
        return find(name).orElseThrow(() -> wrong("it lacks the file " + TarIndex.quoted(name)));
    }

    /// The place of a blob in an OCI layout.
    TarIndex.Place blob(String digest) {
        return need("blobs/sha256/" + Digests.hex(digest));
    }

    /// A small file's content.
    byte[] bytes(String name, TarIndex.Place place) throws IOException {
        if (place.size() > LARGEST_JSON) {
            throw wrong(
                    TarIndex.quoted(name)
                            + " has "
                            + place.size()
                            + " bytes, more than the "
                            + LARGEST_JSON
                            + " that are read");
        }
        try (InputStream stream = stream(place)) {
            return stream.readAllBytes();
        }
    }

    JsonNode json(String name) throws IOException {
        return json(name, bytes(name, need(name)));
    }

    JsonNode json(String name, byte[] bytes) {
        try {
            JsonNode node = JSON.readTree(bytes);
            if (node == null || !node.isContainerNode()) {
                throw wrong(TarIndex.quoted(name) + " holds no JSON object");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw wrong(TarIndex.quoted(name) + " holds no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw wrong(TarIndex.quoted(name) + " holds no JSON");
        }
    }

    /// A blob that is JSON, its digest checked.
    byte[] checkedBlob(String digest) throws IOException {
        byte[] bytes = bytes(digest, blob(digest));
        if (!Digests.of(bytes).equals(digest)) {
            throw wrong("the blob " + digest + " has another content than its digest says");
        }
        return bytes;
    }

    /// What lies at `place`. Several may be read at a time.
    InputStream stream(TarIndex.Place place) {
        return new PlaceStream(channel, place);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /// Reads one place of a channel, without moving the channel.
    private static final class PlaceStream extends InputStream {
        private final FileChannel channel;
        private long position;
        private final long end;

        PlaceStream(FileChannel channel, TarIndex.Place place) {
            this.channel = channel;
            this.position = place.offset();
            this.end = place.offset() + place.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int most = (int) Math.min(length, end - position);
            int n = most <= 0 ? -1 : channel.read(ByteBuffer.wrap(bytes, offset, most), position);
            position += Math.max(n, 0);
            return n;
        }
    }
}
