package dev.glovebox.node.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// The users of the machine's processes as the kernel shows them.
///
/// @param proc `/proc` but in tests
public record IdMaps(Path proc) {
    /// The kernel takes at most 340 extents of at most 33 characters.
    private static final int MOST_BYTES = 1 << 15;

    /// One process's.
    ///
    /// @param namespace its user namespace, in the kernel's words; empty where it may not be read
    record Seen(String namespace, IdMap users, IdMap groups) {
        boolean isOnly(UserRange range) {
            return users.isOnly(range) && groups.isOnly(range);
        }

        boolean reaches(UserRange range) {
            return users.reaches(range) || groups.reaches(range);
        }
    }

    /// Of one process; empty where there is none (any more).
    ///
    /// @throws UsersException where it cannot be read
    Optional<Seen> of(long pid) {
        return read(proc.resolve(Long.toString(pid)));
    }

    /// Of all processes that do not have this process's own users, each kind once.
    ///
    /// @throws UsersException where one cannot be read: nobody knows then what it has
    Set<Seen> ofOthers() {
        Seen own =
                read(proc.resolve("self"))
                        .orElseThrow(() -> new UsersException("this process is not in " + proc));
        Set<Seen> others = new LinkedHashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : entries) {
                read(entry)
                        .filter(seen ->
                                !seen.users().equals(own.users())
                                        || !seen.groups().equals(own.groups()))
                        .ifPresent(others::add);
            }
        } catch (IOException e) {
            throw new UsersException("cannot list " + proc, e);
        }
        return others;
    }

    private static Optional<Seen> read(Path home) {
        try {
            return Optional.of(
                    new Seen(
                            namespace(home),
                            IdMap.parse(text(home.resolve("uid_map"))),
                            IdMap.parse(text(home.resolve("gid_map")))));
        } catch (IOException e) {
            if (!Files.exists(home.resolve("status"))) {
                return Optional.empty(); // it ended while it was read (ESRCH)
            }
            throw new UsersException("cannot read the users of " + home, e);
        }
    }

    /// A process that may do more than this one does not show its own.
    private static String namespace(Path home) {
        try {
            return Files.readSymbolicLink(home.resolve("ns/user")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES);
            if (bytes.length == MOST_BYTES) {
                throw new IOException(file + " is longer than the kernel's");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
