package dev.glovebox.runtimes.gvisor;

import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// Installs a runsc and our launcher side by side, in a directory of their own for every pair of
/// programs: a newer runsc never replaces the one that running pods were started with.
public final class RunscHandler {
    private static final Path UNSHARE = Path.of("/usr/bin/unshare");
    private static final String NAMESPACED_RMEM = "/proc/sys/net/core/rmem_default";

    private final Path directory;
    private final Path launcher;

    /// Installs below `directory` (`D/runtimes/runsc`) the launcher that the build made.
    public RunscHandler(Path directory, Path launcher) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.launcher = Objects.requireNonNull(launcher, "launcher");
    }

    /// An installed pair: `launcher` is what containerd's runc shim is told to call (`BinaryName`),
    /// `runsc` what the launcher calls.
    public record Installed(Path launcher, Path runsc, RunscVersion version, Digest digest) {}

    /// Installs with gVisor's default platform, or finds what was installed before.
    public Installed install(RunscSearch.Found found) throws IOException {
        return install(found, Platform.SYSTRAP);
    }

    /// Installs, or finds what was installed before. Root's files, writable by root alone, as the
    /// launcher demands.
    public Installed install(RunscSearch.Found found, Platform platform) throws IOException {
        Digest runscDigest = Digest.of(found.runsc());
        Digest launcherDigest = Digest.of(launcher);
        Path home =
                directory.resolve(
                        found.version().day()
                                + "-"
                                + runscDigest.abbreviated()
                                + "-"
                                + launcherDigest.abbreviated()
                                + (platform == Platform.SYSTRAP ? "" : "-" + platform.text()));
        Installed installed =
                new Installed(
                        home.resolve("runsc-launcher"),
                        home.resolve("runsc"),
                        found.version(),
                        runscDigest);
        makeDirectory(directory);
        makeDirectory(home);
        place(found.runsc(), installed.runsc(), runscDigest);
        place(launcher, installed.launcher(), launcherDigest);
        write(home.resolve("runsc-launcher.conf"), settings(installed, platform));
        return installed;
    }

    private static void makeDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void place(Path source, Path target, Digest digest) throws IOException {
        if (Files.exists(target) && Digest.of(target).equals(digest)) {
            return;
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        Files.copy(source, part, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
        move(part, target);
    }

    private static void write(Path target, String text) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        Files.writeString(part, text);
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
        move(part, target);
    }

    private static void move(Path part, Path target) throws IOException {
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("cannot replace " + target + " in one step", e);
        }
    }

    private static String settings(Installed installed, Platform platform) throws IOException {
        boolean hide = installed.version().failsOnNamespacedRmem() && namespacedRmem();
        return "# Written by Glovebox; read by the runsc-launcher beside it.\n"
                + ("runsc = " + installed.runsc().toAbsolutePath() + "\n")
                + ("platform = " + platform.text() + "\n")
                + ("hide-proc-sys-net = " + hide + "\n")
                + "# Containers are held to the seccomp profile that they ask for; runsc ignores it else.\n"
                + "flag = --oci-seccomp=true\n";
    }

    /// Whether this kernel has `net.core.rmem_default` in a network namespace of its own.
    private static boolean namespacedRmem() throws IOException {
        ShortCommand command = new ShortCommand(Duration.ofSeconds(10));
        return command.run(
                                List.of(
                                        UNSHARE.toString(),
                                        "--net",
                                        "/usr/bin/test",
                                        "-e",
                                        NAMESPACED_RMEM))
                        .exitCode()
                == 0;
    }
}
