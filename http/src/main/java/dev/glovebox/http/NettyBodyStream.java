package dev.glovebox.http;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The body of an answer, one write in flight. For a small one nobody waits until the next, since
/// the writer of small pieces has nothing to do meanwhile but to wait for something else.
final class NettyBodyStream implements BodyStream {
    /// Bytes of a piece that may be under way while the writer goes on.
    private static final int SMALL = 16 << 10;

    private final NettyExchange exchange;
    private @Nullable Piece underWay;
    private Optional<Duration> patience = Optional.empty();
    private boolean closed;

    NettyBodyStream(NettyExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        if (closed) {
            throw new IOException("the body has ended");
        }
        awaitTaken();
        if (bytes.length > SMALL) {
            exchange.sendBytes(bytes, patience);
        } else if (bytes.length > 0) {
            underWay = new Piece(exchange.sendSmall(bytes), System.nanoTime(), patience);
        }
    }

    private void awaitTaken() throws IOException {
        Piece piece = underWay;
        if (piece != null) {
            underWay = null;
            exchange.awaitTaken(piece.written(), piece.left());
        }
    }

    /// A piece that was sent, the time when, and how long the client had for it.
    private record Piece(ChannelFuture written, long begin, Optional<Duration> patience) {
        Optional<Duration> left() {
            return patience.map(all -> all.minusNanos(System.nanoTime() - begin));
        }
    }

    @Override
    public void patience(Duration time) {
        patience = Optional.of(time);
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            awaitTaken();
            exchange.sendLast(LastHttpContent.EMPTY_LAST_CONTENT, patience);
        }
    }

    @Override
    public void abort() {
        if (!closed) {
            closed = true;
            exchange.cut();
        }
    }
}
