package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// An archive that a person has, as it is; who vouches for it is as with every [LocalFile].
public final class LocalArchive implements RuntimeSource {
    private final LocalFile file;
    private final String name;

    /// @param digest what a person gave; empty: read from `FILE.sha512`
    /// @param name what it is called once it was fetched
    public LocalArchive(Path file, Voucher digest, String name) {
        this.file = new LocalFile(file, digest, name);
        this.name = Objects.requireNonNull(name, "name");
    }

    @Override
    public String describe() {
        return file.describe();
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress) throws IOException {
        return new Fetched(Map.of(name, file.verified(into)), describe());
    }
}
