package dev.glovebox.runtimes.gvisor;

import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// Connections into the network that a gVisor sandbox has inside, by `runsc port-forward`: runsc
/// hands the sandbox one end of a unix socket, and the sandbox connects it to its own loopback.
///
/// @param runsc the program
/// @param root directory of the sandboxes' state, containerd's namespace included
/// @param sockets a directory that others cannot enter, with a short path
public record RunscLoopback(Path runsc, Path root, Path sockets) {
    private static final Pattern ID = Pattern.compile("[0-9a-zA-Z_-]{1,128}");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Whether runsc has a sandbox of that id.
    public boolean has(String sandbox) {
        return ID.matcher(sandbox).matches()
                && Files.exists(root.resolve(sandbox + "_sandbox:" + sandbox + ".state"));
    }

    /// Connects to a port on the loopback. The sandbox closes the whole connection when either half
    /// of it ends.
    ///
    /// @throws IOException when nobody listens there
    public SocketChannel dial(String sandbox, int port) throws IOException {
        if (!has(sandbox)) {
            throw new IOException("runsc has no sandbox " + sandbox);
        }
        Path directory = Files.createTempDirectory(sockets, "pf");
        Path socket = directory.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket), 1);
            ShortCommand.Ended ended =
                    new ShortCommand(PATIENCE)
                            .run(
                                    List.of(
                                            runsc.toString(),
                                            "--root",
                                            root.toString(),
                                            "port-forward",
                                            "--stream",
                                            socket.toString(),
                                            sandbox,
                                            Integer.toString(port)));
            if (ended.exitCode() != 0) {
                throw new IOException(
                        "failed to connect to localhost:%d inside the sandbox: %s"
                                .formatted(port, ended.output().strip()));
            }
            // It is connected already: that was done before runsc ended.
            server.configureBlocking(false);
            SocketChannel channel = server.accept();
            if (channel == null) {
                throw new IOException("runsc ended without having connected");
            }
            return channel;
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
    }
}
