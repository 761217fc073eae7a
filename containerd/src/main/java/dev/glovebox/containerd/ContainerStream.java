package dev.glovebox.containerd;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// A connection to a container's streams, at the URL that [Cri#attach] or [Cri#exec] answered with.
/// It speaks the kubelet's `v4.channel.k8s.io`: WebSocket messages whose first byte is a channel.
///
/// That version cannot close one direction alone: [#endInput] ends the connection. Whoever wants
/// the rest of the output has it from the container's log, or from a second connection.
///
/// Any thread may call any method. Messages of [#write] and [#resize] go one after the other, and
/// wait for a server that waits for the container to read.
public final class ContainerStream implements AutoCloseable {
    private static final byte STDIN = 0;
    private static final byte RESIZE = 4;
    private static final int LARGEST_PAYLOAD = 32 << 10;
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(2);
    private static final Duration BETWEEN_PINGS = Duration.ofSeconds(5);

    private final HttpClient client;
    private final WebSocket socket;
    private final StreamReceiver receiver;
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    private ContainerStream(HttpClient client, WebSocket socket, StreamReceiver receiver) {
        this.client = client;
        this.socket = socket;
        this.receiver = receiver;
    }

    /// Connects. From then on what the container writes goes to the two streams, in order and as
    /// fast as they take it; they are flushed but not closed. With a terminal all of it is `out`.
    ///
    /// @throws CriException when nobody answers in time, or refuses: the URL is good for one use,
    ///   within a minute
    public static ContainerStream open(URI server, OutputStream out, OutputStream err) {
        return open(server, out, err, CONNECTING);
    }

    static ContainerStream open(URI server, OutputStream out, OutputStream err, Duration patience) {
        HttpClient client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        try {
            StreamReceiver receiver = new StreamReceiver(out, err);
            WebSocket socket = new StreamHandshake(server).connect(client, receiver, patience);
            return new ContainerStream(client, socket, receiver);
        } catch (CriException e) {
            client.shutdownNow();
            throw e;
        }
    }

    /// Sends standard input, and returns when all but the last of it is on its way.
    ///
    /// @throws IOException when the stream has ended, or the thread was interrupted, after which no
    ///   more can be written
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        for (int done = 0; done < length; done += LARGEST_PAYLOAD) {
            int size = Math.min(length - done, LARGEST_PAYLOAD);
            send(STDIN, bytes, offset + done, size);
        }
    }

    /// Tells the size of the terminal, in characters.
    ///
    /// @throws IOException as [#write] does
    public void resize(int columns, int rows) throws IOException {
        String size = "{\"Width\":" + columns + ",\"Height\":" + rows + "}";
        byte[] bytes = size.getBytes(StandardCharsets.US_ASCII);
        send(RESIZE, bytes, 0, bytes.length);
    }

    /// Ends standard input after all that was written, and with it the connection: containerd then
    /// closes the input of a container with `stdin_once` and without a terminal. Waits until the
    /// last byte is on its way, however slowly the container reads; [#close] alone does not wait so
    /// long. Does nothing when the stream has ended already.
    ///
    /// @throws IOException when the stream ends before that, or the thread was interrupted
    public void endInput() throws IOException {
        lock();
        try {
            if (!receiver.end().isDone() && !socket.isOutputClosed()) {
                await(socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
            }
        } finally {
            sending.unlock();
        }
    }

    /// Waits until the server has ended the stream and all its output was passed on, or until
    /// [#close] has given up on that.
    public StreamEnd await() throws InterruptedException {
        return await(BETWEEN_PINGS);
    }

    StreamEnd await(Duration betweenPings) throws InterruptedException {
        while (!receiver.endsWithin(betweenPings)) {
            ping();
        }
        return receiver.end().join();
    }

    /// Says goodbye, waits a moment for the server to do so too, and lets go of the connection.
    /// Input that the server has not taken by then may be lost.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (!socket.isOutputClosed()) {
                var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
            }
            var _ = receiver.endsWithin(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            receiver.end().complete(new StreamEnd.Closed());
            socket.abort();
            client.shutdownNow();
        }
    }

    /// Finds out whether the server is still there. The JDK does not always tell: where a
    /// connection breaks while its listener is at work, `WebSocketImpl` of JDK 25 throws an
    /// InternalError on one of its own threads, and the listener hears nothing more.
    private void ping() {
        if (socket.isOutputClosed()) {
            return;
        }
        var _ =
                socket.sendPing(ByteBuffer.allocate(0))
                        .whenComplete((_, failure) -> {
                            if (failure instanceof IOException && !socket.isOutputClosed()) {
                                receiver.broke(failure);
                            }
                        });
    }

    /// In one frame: the server takes each frame for a message.
    private void send(byte channel, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(1 + length);
        message.put(channel).put(bytes, offset, length).flip();
        lock();
        try {
            if (receiver.end().isDone()) {
                throw new IOException("the stream has ended");
            }
            await(socket.sendBinary(message, true));
        } finally {
            sending.unlock();
        }
    }

    private void lock() throws InterruptedIOException {
        try {
            sending.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void await(CompletableFuture<WebSocket> sent) throws IOException {
        try {
            CompletableFuture.anyOf(sent, receiver.end()).get();
        } catch (ExecutionException e) {
            throw new IOException("the stream broke while it was written to", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (sent.state() != Future.State.SUCCESS) {
            throw new IOException("the stream ended while it was written to");
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException failure =
                new InterruptedIOException("interrupted while a stream was written to");
        failure.initCause(cause);
        return failure;
    }
}
