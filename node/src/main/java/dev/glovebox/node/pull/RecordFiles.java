package dev.glovebox.node.pull;

import dev.glovebox.node.files.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Small files in one directory that nobody but root may look into. Each is written whole or not at
/// all, and is on the disk when the method returns.
///
/// @param directory made when first written to
record RecordFiles(Path directory) {
    private static final int LARGEST = 4 << 20;

    /// What a file holds; empty where there is none.
    ///
    /// @throws IOException where it cannot be read, is larger than one of ours, or is a link
    Optional<byte[]> read(String name) throws IOException {
        try (var in =
                Files.newByteChannel(
                        directory.resolve(name),
                        Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            if (in.size() > LARGEST) {
                throw new IOException("larger than a record: " + directory.resolve(name));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) in.size());
            while (bytes.hasRemaining() && in.read(bytes) >= 0) {}
            byte[] read = new byte[bytes.flip().remaining()];
            bytes.get(read);
            return Optional.of(read);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void write(String name, byte[] content) throws IOException {
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        DurableFile.write(directory.resolve(name), content);
    }

    /// Without effect where there is none.
    void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    /// Names of the files that match.
    List<String> names(Pattern pattern) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> pattern.matcher(name).matches())
                    .sorted()
                    .forEach(names::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return names;
    }
}
