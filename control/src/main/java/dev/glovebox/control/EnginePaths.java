package dev.glovebox.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Where one engine keeps its files. Everything is told by the data directory alone, so that a
/// command line finds the engine, and a purge what an engine left, without asking anyone.
///
/// @param data the data directory, absolute, with its symbolic links resolved
/// @param runs the directory above all engines' run directories: `/run/glovebox`
public record EnginePaths(Path data, Path runs) {
    /// Where data lie unless `--data-dir` says otherwise.
    public static final Path DEFAULT_DATA = Path.of("/var/lib/glovebox");

    private static final Path RUNS = Path.of("/run/glovebox");

    /// Resolves the data directory; the directory itself, and directories above it, may not exist
    /// yet.
    ///
    /// @throws IOException if a directory on the way cannot be read
    public static EnginePaths of(Path dataDirectory) throws IOException {
        return new EnginePaths(real(dataDirectory.toAbsolutePath().normalize()), RUNS);
    }

    /// Eight hexadecimal digits of the data directory's SHA-256: what tells this engine's things
    /// from another's in places that all share.
    public String mark() {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(data.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Name of the CNI network and of the nft tables.
    public String network() {
        return "glovebox-" + mark();
    }

    /// Directory of everything that a reboot may take: sockets, namespaces, runtime state. Short,
    /// because a socket's path has at most 107 bytes.
    public Path run() {
        return runs.resolve(mark());
    }

    /// The socket on which the command line talks to the engine.
    public Path controlSocket() {
        return run().resolve("glovebox.sock");
    }

    /// The socket on which the API server talks to the node agent.
    public Path nodeSocket() {
        return run().resolve("node.sock");
    }

    /// The private containerd's socket.
    public Path containerdSocket() {
        return run().resolve("containerd.sock");
    }

    /// The administrator's kubeconfig.
    public Path kubeconfig() {
        return data.resolve("admin.kubeconfig");
    }

    /// The file that the running engine holds a lock on.
    public Path lock() {
        return data.resolve("lock");
    }

    /// Directory of the engine's own logs.
    public Path logs() {
        return data.resolve("logs");
    }

    /// The engine's log.
    public Path engineLog() {
        return logs().resolve("engine.log");
    }

    /// What a background engine writes on its standard streams, before and beside its log; not on
    /// the data directory's disk, which may be what it complains of.
    public Path consoleLog() {
        return run().resolve("console.log");
    }

    private static Path real(Path path) throws IOException {
        if (Files.exists(path)) {
            return path.toRealPath();
        }
        Path above = path.getParent();
        return above == null ? path : real(above).resolve(path.getFileName());
    }
}
