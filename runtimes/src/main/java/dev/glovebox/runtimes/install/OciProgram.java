package dev.glovebox.runtimes.install;

import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// An OCI runtime that is one program, called by a shim of containerd's: crun, or whatever a person
/// adds. What it does is for a probe pod to see.
///
/// @param name what it is called, and its handler
/// @param shim the runtime type that containerd is told
/// @param older whether an older version than the one in use may take its place
public record OciProgram(String name, String shim, boolean older) implements RuntimeKind {
    /// crun's name.
    public static final String CRUN = "crun";

    private static final Duration QUICK = Duration.ofSeconds(10);

    /// The name has to be one that a file can have.
    public OciProgram {
        InstalledRuntimes.checkName(name);
        Objects.requireNonNull(shim, "shim");
    }

    /// crun, under the shim of runc.
    public static OciProgram crun(boolean older) {
        return new OciProgram(CRUN, Setup.RUNC_SHIM, older);
    }

    @Override
    public Candidate look(
            RuntimeSource.Fetched fetched,
            Path incoming,
            Optional<Installation> inUse,
            Consumer<String> progress)
            throws IOException {
        if (fetched.programs().size() != 1) {
            throw new InstallException(fetched.origin() + " has not one program alone");
        }
        Map.Entry<String, Path> only = fetched.programs().entrySet().iterator().next();
        Architecture.ofThisMachine()
                .require(only.getValue(), only.getKey() + " of " + fetched.origin());
        Files.setPosixFilePermissions(
                only.getValue(), PosixFilePermissions.fromString("rwxr-xr-x"));
        String version = said(only.getValue()).replaceFirst("^" + name + " version ", "");
        if (!older) {
            inUse.ifPresent(now -> NumberedVersion.refuseOlder(version, now, fetched.origin()));
        }
        return new Found(this, only.getKey(), only.getValue(), version, fetched.origin());
    }

    /// The first line of what a program says to `--version`.
    private static String said(Path program) {
        try {
            ShortCommand.Ended ended =
                    new ShortCommand(QUICK).run(List.of(program.toString(), "--version"));
            String line = ended.output().lines().findFirst().orElse("").strip();
            if (ended.exitCode() != 0 || line.isEmpty()) {
                throw new InstallException(
                        "%s is no OCI runtime: --version ends with exit code %d%s"
                                .formatted(
                                        program.getFileName(),
                                        ended.exitCode(),
                                        line.isEmpty() ? "" : " and says: " + printable(line)));
            }
            return printable(line);
        } catch (IOException e) {
            throw new InstallException(program.getFileName() + " cannot be run", e);
        }
    }

    private static String printable(String line) {
        return line.replaceAll("\\p{Cntrl}", "?");
    }

    /// A program that says a version.
    ///
    /// @param file its name
    /// @param program where it was fetched to
    private record Found(OciProgram kind, String file, Path program, String version, String origin)
            implements Candidate {
        @Override
        public List<String> programs() {
            return List.of(file);
        }

        @Override
        public long size() {
            return 0;
        }

        @Override
        public Installation place(Path directory, Instant now) throws IOException {
            Path versions = directory.resolve(kind.name());
            Path home = versions.resolve(Digest.of(program).abbreviated());
            for (Path each : List.of(versions, home)) {
                Files.createDirectories(each);
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Files.move(
                    program,
                    home.resolve(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return new Installation(version, origin, home, List.of(file), "", "", kind.shim(), now);
        }
    }
}
