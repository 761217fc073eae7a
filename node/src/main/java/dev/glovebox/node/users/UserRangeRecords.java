package dev.glovebox.node.users;

import dev.glovebox.node.files.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/// The ranges that pods were given, written down beside their volumes: `pods/UID/userns`. A record
/// is there before anything of the pod is, outlives a crash of the machine, and goes with the pod's
/// directory.
///
/// @param pods holds one directory a pod, named by its uid, where nobody but root may write
record UserRangeRecords(Path pods) {
    private static final int MOST_BYTES = 64;

    /// What is written of a pod; empty for nothing.
    ///
    /// @throws UsersException where it cannot be read, or is none
    Optional<UserRange> read(String uid) {
        Path file = file(uid);
        try (var in =
                Files.newByteChannel(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
            while (in.read(bytes) > 0) {}
            String text =
                    new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
            return Optional.of(
                    UserRange.parse(text)
                            .orElseThrow(() ->
                                    new UsersException(
                                            "what is written of the pod's users is no range: "
                                                    + file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UsersException("cannot read what is written of the pod's users: " + file, e);
        }
    }

    /// Writes down what a pod is given, in place of what was.
    ///
    /// @throws UsersException where it cannot be written
    void write(String uid, UserRange range) {
        Path file = file(uid);
        try {
            Files.createDirectories(pods.resolve(uid));
            DurableFile.write(file, range.text().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UsersException("cannot write down the pod's users: " + file, e);
        }
    }

    private Path file(String uid) {
        return pods.resolve(uid).resolve("userns");
    }
}
