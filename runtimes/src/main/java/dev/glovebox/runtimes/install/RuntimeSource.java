package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// Where the programs of a runtime come from. Whoever fetches them vouches for their bytes, by a
/// digest or a signature; what they are is for others to look at.
public interface RuntimeSource {
    /// The source in a few words, for a question or a report.
    String describe();

    /// Brings the programs into an empty directory of root's.
    ///
    /// @param progress hears what is being done
    /// @throws InstallException where they cannot be had, or are not what was promised
    Fetched fetch(Path into, Consumer<String> progress) throws IOException, InterruptedException;

    /// What was fetched.
    ///
    /// @param programs by their file names, each below the directory
    /// @param origin what is written down: the source, with the version that it gave
    record Fetched(Map<String, Path> programs, String origin) {
        /// Copies the map.
        public Fetched {
            programs = Map.copyOf(programs);
            Objects.requireNonNull(origin, "origin");
        }

        /// One of them.
        public Optional<Path> program(String name) {
            return Optional.ofNullable(programs.get(name));
        }
    }
}
