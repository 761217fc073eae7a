package dev.glovebox.engine;

import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.runtimes.install.DebianPackage;
import dev.glovebox.runtimes.install.LocalFile;
import dev.glovebox.runtimes.install.RuntimeSource;
import dev.glovebox.runtimes.install.Voucher;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a command line says of where a runtime is to come from, whichever it is.
///
/// @param releases the address of releases; empty: where the runtime's project publishes them
/// @param version empty: the newest
/// @param voucher the digest that a person gave
record SourceFlags(
        DebianPackages packages, Optional<URI> releases, String version, Voucher voucher) {
    /// The version of a release: the newest where none is wanted.
    String release() {
        return version.isEmpty() ? "latest" : version;
    }

    /// The suite of Debian that this machine is.
    static String suite() throws IOException {
        return MachinePrograms.suite(Path.of("/etc/os-release"));
    }

    /// A program of a package.
    RuntimeSource apt(List<String> suites, String name, String file) {
        return new DebianPackage(
                packages, suites, name, file, Optional.of(version).filter(v -> !v.isEmpty()));
    }

    /// A file that a person has.
    RuntimeSource file(String name, String program, String... others) {
        checkNoVersion();
        return new LocalFile(Path.of(name), voucher, program, others);
    }

    /// Refuses a version where nobody could choose one.
    void checkNoVersion() {
        if (!version.isEmpty()) {
            throw new EngineException("a file has the version that it has: leave out --version");
        }
    }

    /// Refuses a digest where it would say nothing.
    ///
    /// @param sources those whose files are vouched for otherwise
    void checkVoucher(String from, List<String> sources) {
        if (!voucher.hex().isEmpty() && sources.contains(from)) {
            throw new EngineException(voucher.flag() + " is for --from FILE");
        }
    }
}
