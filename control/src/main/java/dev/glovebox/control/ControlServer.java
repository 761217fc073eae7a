package dev.glovebox.control;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// Listens for command lines on a unix socket. Who is not root and not in the group `glovebox` is
/// told so and let go.
///
/// One virtual thread accepts, one a connection carries out the request, and one a connection reads
/// what else the caller sends.
public final class ControlServer implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final Path socket;
    private final ControlHandler handler;
    private final Consumer<Throwable> failures;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ControlServer(
            ServerSocketChannel listener,
            Path socket,
            ControlHandler handler,
            Consumer<Throwable> failures) {
        this.listener = listener;
        this.socket = socket;
        this.handler = handler;
        this.failures = failures;
    }

    /// Starts to listen. A socket that an earlier engine has left is replaced: the caller holds the
    /// data directory's lock.
    ///
    /// @param socket its directory exists
    /// @param failures is told of what a handler threw that is neither a refusal nor a caller who
    ///   left
    public static ControlServer listen(
            Path socket, ControlHandler handler, Consumer<Throwable> failures) throws IOException {
        Files.deleteIfExists(socket);
        var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
            restrict(socket);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        var server = new ControlServer(listener, socket, handler, failures);
        server.threads.execute(server::accept);
        return server;
    }

    /// Root, and the group where there is one, may connect; the kernel asks for write permission.
    private static void restrict(Path socket) throws IOException {
        try {
            var group =
                    socket.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName(Peer.GROUP);
            Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(group);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
        } catch (UserPrincipalNotFoundException noSuchGroup) {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                var channel = listener.accept();
                threads.execute(() -> serve(channel));
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException e) {
                failures.accept(e);
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            var in = new DataInputStream(Channels.newInputStream(channel));
            var peer = Peer.of(channel);
            var conversation = new Conversation(Channels.newOutputStream(channel), peer);
            if (!peer.allowed()) {
                end(
                        conversation,
                        1,
                        "only root and members of the group "
                                + Peer.GROUP
                                + " may do this; use sudo");
                return;
            }
            var first = Frame.read(in);
            if (first.isPresent()) {
                answer(first.get(), in, conversation);
            }
        } catch (IOException | ControlException callerLeft) {
            // There is nobody to tell, and what the request had started has been told by its own
            // onHangUp.
            return;
        }
    }

    private void answer(Frame first, DataInputStream in, Conversation conversation)
            throws IOException {
        try {
            var request = first.request();
            threads.execute(() -> conversation.listen(in));
            var code = handler.handle(request, conversation);
            conversation.finish();
            conversation.send(Frame.of(Frame.Type.EXIT, code));
        } catch (Refusal | ControlException e) {
            end(
                    conversation,
                    e instanceof Refusal refusal ? refusal.exitCode() : 1,
                    String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(conversation, 1, "the engine is stopping");
        } catch (IOException | RuntimeException | Error e) {
            failures.accept(e);
            end(conversation, 1, "the engine failed: " + e + "; `glovebox logs` has more");
        }
    }

    private static void end(Conversation conversation, int code, String message)
            throws IOException {
        conversation.send(Frame.of(Frame.Type.STDERR, "glovebox: " + message + "\n"));
        conversation.send(Frame.of(Frame.Type.EXIT, code));
    }

    /// Stops listening, interrupts what is being carried out, and removes the socket.
    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        Files.deleteIfExists(socket);
    }
}
