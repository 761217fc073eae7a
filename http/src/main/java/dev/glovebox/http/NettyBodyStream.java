package dev.glovebox.http;

import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// The body of an answer, one write in flight.
final class NettyBodyStream implements BodyStream {
    private final NettyExchange exchange;
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
        exchange.sendBytes(bytes, patience);
    }

    @Override
    public void patience(Duration time) {
        patience = Optional.of(time);
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            exchange.send(LastHttpContent.EMPTY_LAST_CONTENT, patience);
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
