package dev.glovebox.e2e;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What comes over a WebSocket: each whole text message, `bytes CONTENT`, `pong CONTENT`, and
/// `closed CODE`.
final class SocketMessages implements WebSocket.Listener {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();

    /// The next; empty text where none comes in time.
    String next() throws InterruptedException {
        var next = messages.poll(20, TimeUnit.SECONDS);
        return next == null ? "" : next;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
        part.append(text);
        if (last) {
            messages.add(part.toString());
            part.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(
            WebSocket socket, ByteBuffer content, boolean last) {
        messages.add("bytes " + java.nio.charset.StandardCharsets.UTF_8.decode(content));
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer content) {
        messages.add("pong " + java.nio.charset.StandardCharsets.UTF_8.decode(content));
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        messages.add("closed " + code);
        return null;
    }
}
