package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// A program of this machine that a person has chosen, and so vouches for. It is copied, so that
/// pods keep what they were started with.
///
/// @param program where it lies
public record GivenProgram(Path program) implements RuntimeSource {
    /// It is required.
    public GivenProgram {
        Objects.requireNonNull(program, "program");
    }

    @Override
    public String describe() {
        return "the file " + program.toAbsolutePath();
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress) throws IOException {
        if (!Files.isRegularFile(program)) {
            throw new InstallException("there is no program " + program);
        }
        Architecture.ofThisMachine().require(program, program.toString());
        Room.require(into, Files.size(program));
        String file = program.getFileName().toString();
        Path copy = Files.copy(program.toRealPath(), into.resolve(file));
        return new Fetched(Map.of(file, copy), describe());
    }
}
