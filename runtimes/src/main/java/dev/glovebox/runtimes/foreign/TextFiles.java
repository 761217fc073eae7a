package dev.glovebox.runtimes.foreign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// Files that are replaced in one step: whoever reads sees the old text or the new one.
final class TextFiles {
    private TextFiles() {}

    /// What a file says; empty where there is none.
    static Optional<String> read(Path file) throws IOException {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(Files.readString(file))
                : Optional.empty();
    }

    /// Has a file say something, with the owner and the permissions that it has; a new one is
    /// root's and everybody may read it. Nothing in its place: it is deleted.
    static void put(Path file, Optional<String> text) throws IOException {
        if (text.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        Path part = file.resolveSibling("." + file.getFileName() + ".glovebox-part");
        try {
            Files.deleteIfExists(part);
            write(part, text.get());
            takeOver(file, part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void write(Path part, String text) throws IOException {
        try (FileChannel channel =
                FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void takeOver(Path file, Path part) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(part, PosixFileAttributeView.class);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
            return;
        }
        PosixFileAttributes old =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(old.owner());
        view.setGroup(old.group());
        view.setPermissions(old.permissions());
    }
}
