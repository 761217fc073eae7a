package dev.glovebox.containerd;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The incoming half of a [ContainerStream]. The WebSocket calls it on one thread at a time, which
/// may block: nothing is asked for before what came was written.
final class StreamReceiver implements WebSocket.Listener {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;

    /// Between two messages.
    private static final int NONE = -1;

    private final OutputStream out;
    private final OutputStream err;
    private final StreamStatus status = new StreamStatus();
    private final CompletableFuture<StreamEnd> end = new CompletableFuture<>();

    /// Of the message that the next part belongs to.
    private int channel = NONE;

    StreamReceiver(OutputStream out, OutputStream err) {
        this.out = out;
        this.err = err;
    }

    /// Done when nothing more will come. Never fails.
    CompletableFuture<StreamEnd> end() {
        return end;
    }

    /// Whether it was done at the end of that time.
    boolean endsWithin(Duration patience) throws InterruptedException {
        try {
            end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an end that failed", e);
        }
    }

    /// Nothing more will come, though nobody said so.
    void broke(Throwable cause) {
        end.complete(status.end().orElseGet(() -> new StreamEnd.Broken(cause.toString())));
    }

    /// Part of a message; the first byte of the first part is the channel.
    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        if (channel == NONE && data.hasRemaining()) {
            channel = data.get();
        }
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        try {
            take(bytes);
        } catch (IOException e) {
            end.complete(new StreamEnd.Broken("output cannot be passed on: " + e.getMessage()));
            socket.abort();
            return null;
        }
        if (last) {
            channel = NONE;
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        end.complete(
                status.end()
                        .orElseGet(() ->
                                code == WebSocket.NORMAL_CLOSURE || socket.isOutputClosed()
                                        ? new StreamEnd.Closed()
                                        : new StreamEnd.Broken("closed with code " + code)));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        broke(error);
    }

    private void take(byte[] bytes) throws IOException {
        switch (channel) {
            case STDOUT -> pass(bytes, out);
            case STDERR -> pass(bytes, err);
            case ERROR -> status.append(bytes);
            default -> {} // of a later version of the protocol
        }
    }

    /// An empty message, which the server sends when it is ready, is not worth a flush.
    private static void pass(byte[] bytes, OutputStream to) throws IOException {
        if (bytes.length > 0) {
            to.write(bytes);
            to.flush();
        }
    }
}
