package dev.glovebox.runtimes.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Files that are written, and put back when what follows fails. What is done is kept before the
/// first of them is touched, so that it can be undone after a crash too.
final class Change {
    private final Kept kept;
    private final List<FileChange> files;
    private final Optional<Done> earlier;
    private final Done done;
    private final Deque<FileChange> written = new ArrayDeque<>();
    private final Deque<Path> made = new ArrayDeque<>();
    private boolean restarted;

    /// @param earlier what was done to the same configuration before
    /// @param done what is about to be done
    Change(Kept kept, List<FileChange> files, Optional<Done> earlier, Done done) {
        this.kept = kept;
        this.files = List.copyOf(files);
        this.earlier = earlier;
        this.done = done;
    }

    void apply() {
        Path at = done.file();
        try {
            kept.write(done);
            for (FileChange file : files) {
                at = file.path();
                if (!TextFiles.read(at).equals(file.before())) {
                    throw new ConfigurationRefused(
                            at + " was changed meanwhile by somebody else; try again");
                }
                makeDirectory(Objects.requireNonNull(at.getParent()));
                TextFiles.put(at, Optional.of(file.after()));
                written.push(file);
            }
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot write " + at, e);
        }
    }

    /// Says that containerd is about to be restarted with what was written.
    void restarts() {
        restarted = true;
    }

    boolean restarted() {
        return restarted;
    }

    void putBack() throws IOException {
        for (FileChange file : new ArrayList<>(written)) {
            TextFiles.put(file.path(), file.before());
            written.remove(file);
        }
        while (!made.isEmpty()) {
            Files.delete(made.pop());
        }
        if (earlier.isPresent()) {
            kept.write(earlier.get());
        } else {
            kept.forget(done);
        }
    }

    private void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        makeDirectory(Objects.requireNonNull(directory.getParent()));
        Files.createDirectory(directory);
        made.push(directory);
    }
}
