package dev.glovebox.runtimes.install;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// A release as a tar archive, plain or compressed by gzip, bzip2, xz or zstd. An archive is read
/// to its end before anything of it is used: one that is damaged, too large, or has a name or a
/// link that leads out of it is refused as a whole.
final class RuntimeArchive {
    private static final int MOST_ENTRIES = 20_000;
    private static final long MOST_BYTES = 4L << 30;

    private final Path file;
    private final String what;

    /// @param what how a person knows it
    RuntimeArchive(Path file, String what) {
        this.file = Objects.requireNonNull(file, "file");
        this.what = Objects.requireNonNull(what, "what");
    }

    /// Whether the file begins as an archive does that this can read.
    static boolean looksLikeOne(Path file) throws IOException {
        return Form.of(file) != Form.OTHER;
    }

    /// What is done with each entry, once its name and its link were seen to stay in the archive.
    @FunctionalInterface
    interface Entries {
        void entry(TarArchiveEntry entry, InputStream content) throws IOException;
    }

    /// Takes the regular files of these names, wherever they lie in it, into a directory. A name
    /// that is not there is left out; one that is there twice is refused.
    Map<String, Path> take(Path into, String... names) throws IOException {
        Map<String, Path> taken = new LinkedHashMap<>();
        each(
                MOST_BYTES,
                (entry, content) -> {
                    String path = entry.getName();
                    String name = path.substring(path.lastIndexOf('/') + 1);
                    if (entry.isFile() && List.of(names).contains(name)) {
                        Path target = into.resolve(name);
                        if (taken.put(name, target) != null) {
                            throw wrong("it has " + name + " twice");
                        }
                        Room.require(into, entry.getSize());
                        Files.copy(content, target);
                    }
                });
        return taken;
    }

    /// Unpacks all of it into an empty directory.
    ///
    /// @param most bytes that its files may have together
    void unpack(Path into, long most) throws IOException {
        ArchiveTree tree = new ArchiveTree(into, what);
        each(most, tree);
        tree.finish();
    }

    private void each(long most, Entries entries) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(open(), "UTF-8")) {
            long bytes = 0;
            int count = 0;
            for (TarArchiveEntry each = tar.getNextEntry();
                    each != null;
                    each = tar.getNextEntry()) {
                count++;
                bytes += each.getSize();
                if (count > MOST_ENTRIES || bytes > most) {
                    throw wrong("it is larger than a release may be");
                }
                check(each);
                entries.entry(each, tar);
            }
            if (count == 0) {
                throw wrong("it is empty");
            }
        } catch (EOFException e) {
            throw new InstallException(what + " is no usable archive: it is cut off", e);
        } catch (java.nio.file.FileSystemException e) {
            throw e;
        } catch (IOException | MalformedInputException e) {
            throw new InstallException(
                    what + " is no usable archive: " + String.valueOf(e.getMessage()), e);
        }
    }

    /// Refuses a name that leads elsewhere than into the archive's own tree.
    private void check(TarArchiveEntry entry) {
        String name = entry.getName();
        if (leadsOut("", name)) {
            throw wrong("its entry \"%s\" leads out of it".formatted(printable(name)));
        }
        boolean out =
                (entry.isLink() && leadsOut("", entry.getLinkName()))
                        || (entry.isSymbolicLink() && leadsOut(name, entry.getLinkName()));
        if (out || (entry.isSymbolicLink() && turnsBack(entry.getLinkName()))) {
            throw wrong(
                    "its link \"%s\" leads out of it, to \"%s\""
                            .formatted(printable(name), printable(entry.getLinkName())));
        }
        if (entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO()) {
            throw wrong("its entry \"%s\" is a device".formatted(printable(name)));
        }
        if (entry.isSparse()) {
            throw wrong(
                    "its entry \"%s\" is sparse, and so larger than it says"
                            .formatted(printable(name)));
        }
    }

    /// Whether a link goes up after it went down: where that leads is not told by names, as what it
    /// went down by may be a link. Of links that go up first only, each starts from a real
    /// directory, and so none leads out, not even together.
    private static boolean turnsBack(String to) {
        return Arrays.stream(to.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .dropWhile(".."::equals)
                .anyMatch(".."::equals);
    }

    /// Whether a path, read from the directory of an entry, comes above the archive's root.
    private static boolean leadsOut(String from, String to) {
        if (to.startsWith("/") || to.indexOf('\0') >= 0) {
            return true;
        }
        int depth = 0;
        String directory = from.substring(0, from.lastIndexOf('/') + 1);
        for (String part : (directory + to).split("/", -1)) {
            depth +=
                    switch (part) {
                        case "", "." -> 0;
                        case ".." -> -1;
                        default -> 1;
                    };
            if (depth < 0) {
                return true;
            }
        }
        return from.isEmpty() && Arrays.asList(to.split("/", -1)).contains("..");
    }

    private InputStream open() throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        return switch (Form.of(file)) {
            case TAR -> in;
            case GZIP -> new GzipCompressorInputStream(in);
            case BZIP2 -> new BZip2CompressorInputStream(in);
            case XZ ->
                    XZCompressorInputStream.builder()
                            .setInputStream(in)
                            .setMemoryLimitKiB(128 << 10)
                            .get();
            case ZSTD -> new ZstdJavaInputStream(in);
            case OTHER -> {
                in.close();
                throw wrong("it is neither tar nor tar compressed by gzip, bzip2, xz or zstd");
            }
        };
    }

    private InstallException wrong(String clause) {
        return new InstallException(what + " is no usable archive: " + clause);
    }

    /// A name for people.
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    /// How an archive begins.
    private enum Form {
        TAR,
        GZIP,
        BZIP2,
        XZ,
        ZSTD,
        OTHER;

        private static final int MAGIC_AT = 257;

        static Form of(Path file) throws IOException {
            byte[] head;
            try (InputStream in = Files.newInputStream(file)) {
                head = in.readNBytes(MAGIC_AT + 5);
            }
            if (begins(head, 0, 0x1f, 0x8b)) {
                return GZIP;
            }
            if (begins(head, 0, 'B', 'Z', 'h')) {
                return BZIP2;
            }
            if (begins(head, 0, 0xfd, '7', 'z', 'X', 'Z')) {
                return XZ;
            }
            if (begins(head, 0, 0x28, 0xb5, 0x2f, 0xfd)) {
                return ZSTD;
            }
            return begins(head, MAGIC_AT, 'u', 's', 't', 'a', 'r') ? TAR : OTHER;
        }

        private static boolean begins(byte[] head, int at, int... magic) {
            if (head.length < at + magic.length) {
                return false;
            }
            for (int i = 0; i < magic.length; i++) {
                if ((head[at + i] & 0xff) != magic[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
