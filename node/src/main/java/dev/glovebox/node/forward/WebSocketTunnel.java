package dev.glovebox.node.forward;

import dev.glovebox.http.PieceInput;
import dev.glovebox.http.RawConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/// Bytes in the binary messages of a WebSocket, as if they came over a plain connection. Pings are
/// answered by whoever reads. One thread reads; any thread writes, one message after the other.
/// Source: RFC 6455, KEP-4006.
final class WebSocketTunnel implements RawConnection {
    /// Bytes; clients send what one write has, at most 32 KiB.
    private static final int LARGEST_FRAME = 128 << 10;

    private static final int NORMAL = 1000;
    private static final byte[] NOTHING = new byte[0];

    private final RawConnection connection;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private final ReentrantLock sending = new ReentrantLock();
    private final Codec decoder =
            new Codec(
                    new WebSocket13FrameDecoder(
                            WebSocketDecoderConfig.newBuilder()
                                    .expectMaskedFrames(true)
                                    .allowExtensions(false)
                                    .maxFramePayloadLength(LARGEST_FRAME)
                                    .build()));
    private final Codec encoder = new Codec(new WebSocket13FrameEncoder(false));

    WebSocketTunnel(RawConnection connection) {
        this.connection = connection;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void close() throws IOException {
        try {
            send(new CloseWebSocketFrame(NORMAL, ""));
        } finally {
            connection.close();
        }
    }

    private void send(Object frame) throws IOException {
        sending.lock();
        try {
            connection.output().write(encoder.encode(frame));
            connection.output().flush();
        } finally {
            sending.unlock();
        }
    }

    private final class Input extends PieceInput {
        private final byte[] buffer = new byte[32 << 10];
        private final Queue<byte[]> messages = new ArrayDeque<>();
        private boolean ended;

        @Override
        protected byte[] next() throws IOException {
            while (messages.isEmpty() && !ended) {
                fill();
            }
            return Objects.requireNonNullElse(messages.poll(), NOTHING);
        }

        private void fill() throws IOException {
            int n = connection.input().read(buffer);
            if (n < 0) {
                ended = true;
                return;
            }
            for (Object frame : decoder.decode(buffer, n)) {
                try {
                    take(frame);
                } finally {
                    ReferenceCountUtil.release(frame);
                }
            }
        }

        private void take(Object frame) throws IOException {
            switch (frame) {
                case BinaryWebSocketFrame data -> add(data.content());
                case ContinuationWebSocketFrame data -> add(data.content());
                case PingWebSocketFrame ping ->
                        send(new PongWebSocketFrame(Unpooled.copiedBuffer(ping.content())));
                case CloseWebSocketFrame _ -> ended = true;
                default -> {
                    // Pongs answer pings that nobody sent, and nobody sends texts.
                }
            }
        }

        private void add(ByteBuf content) {
            byte[] message = new byte[content.readableBytes()];
            content.readBytes(message);
            if (message.length > 0) {
                messages.add(message);
            }
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            send(new BinaryWebSocketFrame(Unpooled.copiedBuffer(from, offset, length)));
        }

        /// The other half of a WebSocket cannot go on without ours.
        @Override
        public void close() throws IOException {
            WebSocketTunnel.this.close();
        }
    }
}
