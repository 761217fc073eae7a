package dev.glovebox.runtimes.foreign;

import dev.glovebox.containerd.Trees;
import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.host.Exclusive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where it is kept what was done to which configuration: a directory for each file and handler,
/// below `PREFIX/lib/glovebox/configured`, with the texts from before.
record Kept(Path root) {
    private static final String RECORD = "record.json";

    static Kept in(Path prefix) {
        return new Kept(prefix.resolve("lib/glovebox/configured"));
    }

    Path directory(Path file, String handler) {
        return root.resolve(Digest.ofText(file.toString()).abbreviated() + "-" + handler);
    }

    /// What was done to a file for a handler; empty where nothing was.
    Optional<Done> find(Path file, String handler) throws IOException {
        return read(directory(file, handler));
    }

    /// All that was done, in no order.
    List<Done> all() throws IOException {
        List<Done> all = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return all;
        }
        try (var directories = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path each : directories) {
                read(each).ifPresent(all::add);
            }
        }
        return all;
    }

    /// Keeps what is about to be done, before it is.
    void write(Done done) throws IOException {
        Path directory = Files.createDirectories(directory(done.file(), done.handler()));
        // A configuration may hold the passwords of registries.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        for (Done.Edit edit : done.edits()) {
            if (edit.original().isPresent()) {
                TextFiles.put(directory.resolve(backupName(edit)), edit.original());
            }
        }
        TextFiles.put(directory.resolve(RECORD), Optional.of(done.text()));
    }

    /// Where the text from before lies for people.
    static String backupName(Done.Edit edit) {
        return edit.path().getFileName() + ".before";
    }

    /// Forgets what was done, and all that was kept with it.
    void forget(Done done) throws IOException {
        Trees.delete(directory(done.file(), done.handler()));
    }

    /// Holds the right to change configurations until it is closed.
    Exclusive lock() throws IOException {
        Files.createDirectories(root);
        return Exclusive.on(root.resolve("lock"))
                .orElseThrow(() ->
                        new ConfigurationRefused(
                                "another `glovebox runtimes configure` is at work"));
    }

    private static Optional<Done> read(Path directory) throws IOException {
        Path file = directory.resolve(RECORD);
        return Files.exists(file)
                ? Optional.of(Done.of(Files.readString(file), file))
                : Optional.empty();
    }
}
