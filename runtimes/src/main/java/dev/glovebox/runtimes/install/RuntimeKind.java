package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// What a runtime has to be before it is installed, and how a version of it is laid out.
public interface RuntimeKind {
    /// What it is called among those that are installed.
    String name();

    /// Looks at what was fetched, and runs it where that says something.
    ///
    /// @param incoming where it lies, and may be worked in
    /// @param inUse the version that it would take the place of; empty: none
    /// @param progress hears what is being done
    /// @throws InstallException where it will not do
    Candidate look(
            RuntimeSource.Fetched fetched,
            Path incoming,
            Optional<Installation> inUse,
            Consumer<String> progress)
            throws IOException;
}
