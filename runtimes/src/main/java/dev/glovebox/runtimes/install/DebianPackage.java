package dev.glovebox.runtimes.install;

import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.containerd.packages.PackageException;
import dev.glovebox.containerd.packages.UnpackedPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// A package of Debian's, downloaded and verified by apt with Debian's own keys, and unpacked
/// beside the system: no source is added, and nothing that is installed is touched.
public final class DebianPackage implements RuntimeSource {
    private final DebianPackages packages;
    private final List<String> suites;
    private final String name;
    private final String file;
    private final Optional<String> version;

    /// One program of a package.
    ///
    /// @param suites the first that has the package serves
    /// @param file of the package, without a slash before it: `usr/bin/runsc`
    /// @param version part of the package's version; empty: whichever the suite has
    public DebianPackage(
            DebianPackages packages,
            List<String> suites,
            String name,
            String file,
            Optional<String> version) {
        this.packages = Objects.requireNonNull(packages, "packages");
        this.suites = List.copyOf(suites);
        this.name = Objects.requireNonNull(name, "name");
        this.file = Objects.requireNonNull(file, "file");
        this.version = Objects.requireNonNull(version, "version");
    }

    @Override
    public String describe() {
        return "Debian's package %s (%s)".formatted(name, String.join(", ", suites));
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress) throws IOException {
        List<String> tried = new ArrayList<>();
        for (String suite : suites) {
            progress.accept("asking Debian's archive for %s of %s".formatted(name, suite));
            try {
                UnpackedPackage found = packages.fetch(suite, name);
                if (version.isEmpty() || found.version().contains(version.get())) {
                    return fetched(found, into);
                }
                tried.add(suite + " has " + found.version());
            } catch (PackageException e) {
                tried.add(String.valueOf(e.getMessage()));
            }
        }
        throw new UnreachableException(
                "no package %s%s is to be had: %s"
                        .formatted(
                                name,
                                version.map(wanted -> " of version " + wanted).orElse(""),
                                String.join("; ", tried)));
    }

    private Fetched fetched(UnpackedPackage found, Path into) throws IOException {
        Path program = found.file(file);
        Room.require(into, Files.size(program));
        Path copy = into.resolve(program.getFileName());
        Files.copy(program, copy);
        return new Fetched(
                Map.of(copy.getFileName().toString(), copy),
                "Debian's package %s %s of %s".formatted(name, found.version(), found.suite()));
    }
}
