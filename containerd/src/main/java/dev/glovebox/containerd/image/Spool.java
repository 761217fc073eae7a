package dev.glovebox.containerd.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A file that holds an archive while it is read, and goes with `close`.
record Spool(Path file) implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    static Spool in(Path directory) throws IOException {
        return new Spool(
                Files.createTempFile(Files.createDirectories(directory), ".load-", ".tar"));
    }

    /// Whether the file begins as gzip does (RFC 1952).
    static boolean isGzip(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] head = stream.readNBytes(2);
            return head.length == 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
        }
    }

    /// Takes a stream to its end.
    void fill(InputStream source, long most, String what) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] chunk = new byte[CHUNK];
            long total = 0;
            for (int n = source.read(chunk); n >= 0; n = source.read(chunk)) {
                total += n;
                if (total > most) {
                    throw new ImageException(
                            ImageException.Reason.INVALID_ARCHIVE,
                            what + " is larger than the " + most + " bytes that are taken");
                }
                out.write(chunk, 0, n);
            }
        }
    }

    /// Unpacks a file of gzip's.
    void unpack(Path compressed, long most, String what) throws IOException {
        try (InputStream stream = new GZIPInputStream(Files.newInputStream(compressed), CHUNK)) {
            fill(stream, most, what);
        } catch (ZipException | java.io.EOFException e) {
            throw new ImageException(
                    ImageException.Reason.INVALID_ARCHIVE,
                    what + " is damaged: gzip says: " + e.getMessage(),
                    e);
        }
    }

    /// What an I/O failure says to a person.
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no file " + missing.getFile();
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case FileSystemException failed when failed.getReason() != null ->
                    failed.getFile() + ": " + failed.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
