package dev.glovebox.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Queue;

/// Raw bytes both ways. Nothing is read from the socket unless a reader waits, so that at most one
/// read's worth of bytes is held.
final class NettyRawConnection implements RawConnection {
    private final Channel channel;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Queue<byte[]> received = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean ended;

    /// From now on the client may end its half.
    NettyRawConnection(Channel channel) {
        this.channel = channel;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /// Sends the answer to the upgrade; HTTP ends with it.
    void begin(FullHttpResponse answer) throws IOException {
        Waiting.until(channel.writeAndFlush(answer));
        channel.pipeline().remove(RequestReader.ENCODER);
    }

    /// Bytes came; on the event loop.
    void received(ByteBuf bytes) {
        try {
            if (bytes.isReadable()) {
                byte[] copy = new byte[bytes.readableBytes()];
                bytes.readBytes(copy);
                synchronized (lock) {
                    received.add(copy);
                    lock.notifyAll();
                }
            }
        } finally {
            bytes.release();
        }
    }

    /// The client ended its half, by TCP or by TLS; on the event loop.
    void event(Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            inputEnded();
        }
    }

    void inputEnded() {
        synchronized (lock) {
            ended = true;
            lock.notifyAll();
        }
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
    public void close() {
        Closing.soon(channel);
    }

    /// The next bytes; none at the end.
    private byte[] take() throws IOException {
        synchronized (lock) {
            if (received.isEmpty() && !ended) {
                channel.read();
            }
            while (received.isEmpty() && !ended) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    InterruptedIOException interrupted = new InterruptedIOException();
                    interrupted.initCause(e);
                    throw interrupted;
                }
            }
            byte[] next = received.poll();
            return next == null ? new byte[0] : next;
        }
    }

    private final class Input extends PieceInput {
        @Override
        protected byte[] next() throws IOException {
            return take();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            byte[] copy = java.util.Arrays.copyOfRange(source, offset, offset + length);
            Waiting.until(channel.writeAndFlush(Unpooled.wrappedBuffer(copy)));
        }

        @Override
        public void close() throws IOException {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls != null) {
                Waiting.until(tls.closeOutbound());
            } else if (channel instanceof DuplexChannel duplex) {
                Waiting.until(duplex.shutdownOutput());
            }
        }
    }
}
