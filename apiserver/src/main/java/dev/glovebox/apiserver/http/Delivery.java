package dev.glovebox.apiserver.http;

import dev.glovebox.http.BodyStream;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Sends a body of unknown length: as an ordinary answer if it turns out to be short, else piece by
/// piece, as fast as the client takes it, compressed if the client likes that. What it holds of the
/// body is never more than a piece. Used by one thread.
final class Delivery extends OutputStream {
    /// Bytes of a piece at first; most bodies are short.
    private static final int FIRST = 4 << 10;

    /// Bytes of a piece that was compressed.
    private static final int COMPRESSED = 64 << 10;

    private final HttpExchange exchange;
    private final Headers headers;
    private final Semaphore places;
    private final long end;
    private byte[] piece = new byte[FIRST];
    private int length;
    private boolean placed;
    private @Nullable BodyStream body;
    private @Nullable Gzip gzip;

    /// @param places one is taken for a body that is sent piece by piece
    /// @param time that the client has to take the whole body
    Delivery(HttpExchange exchange, Headers headers, Semaphore places, Duration time) {
        this.exchange = exchange;
        this.headers = headers;
        this.places = places;
        this.end = System.nanoTime() + time.toNanos();
    }

    /// Whether the client has got something already, so that it can get nothing else.
    boolean begun() {
        return placed;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        int at = from;
        int left = count;
        while (left > 0) {
            if (length == Responses.WORTH_COMPRESSING) {
                send();
            }
            int some = Math.min(left, Responses.WORTH_COMPRESSING - length);
            if (length + some > piece.length) {
                int more = Math.max(length + some, 2 * piece.length);
                piece = Arrays.copyOf(piece, Math.min(more, Responses.WORTH_COMPRESSING));
            }
            System.arraycopy(bytes, at, piece, length, some);
            length += some;
            at += some;
            left -= some;
        }
    }

    private void send() throws IOException {
        BodyStream to = body == null ? begin() : body;
        if (gzip == null) {
            send(to, piece, 0, length);
        } else {
            gzip.write(piece, 0, length);
        }
        length = 0;
    }

    private BodyStream begin() throws IOException {
        if (!places.tryAcquire()) {
            throw Responses.tooMany();
        }
        placed = true;
        boolean compressed = Responses.accepts(exchange, "gzip");
        BodyStream begun = exchange.stream(200, compressed ? Responses.gzipped(headers) : headers);
        body = begun;
        if (compressed) {
            gzip = new Gzip(new BufferedOutputStream(new Pieces(begun), COMPRESSED));
        }
        return begun;
    }

    /// Waits for the client to take a piece, but not longer than it has time.
    private void send(BodyStream to, byte[] bytes, int from, int count) throws IOException {
        to.patience(Duration.ofNanos(end - System.nanoTime()));
        to.write(Arrays.copyOfRange(bytes, from, from + count));
    }

    /// Sends what is left and ends the body.
    void finish() throws IOException {
        if (body == null && length < Responses.WORTH_COMPRESSING) {
            exchange.respond(200, headers, Arrays.copyOf(piece, length));
            return;
        }
        send();
        if (gzip != null) {
            gzip.finish();
            gzip.flush();
        }
        if (body != null) {
            body.close();
        }
    }

    /// Gives its place back. A body that has begun and is not finished is broken off, so that the
    /// client notices.
    @Override
    public void close() {
        if (gzip != null) {
            gzip.close();
        }
        if (body != null) {
            body.abort();
        }
        if (placed) {
            placed = false;
            places.release();
        }
    }

    /// What has been compressed, on its way.
    private final class Pieces extends OutputStream {
        private final BodyStream to;

        Pieces(BodyStream to) {
            this.to = to;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            send(to, bytes, from, count);
        }
    }
}
