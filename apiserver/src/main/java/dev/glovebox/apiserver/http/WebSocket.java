package dev.glovebox.apiserver.http;

import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.RawConnection;
import dev.glovebox.http.WebSocketHandshake;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's end of a WebSocket on which only the server has something to say: what a client
/// sends is not read but for the end and for pings. Source: RFC 6455.
final class WebSocket implements AutoCloseable {
    /// A frame of text.
    static final int TEXT = 1;

    /// A frame of bytes.
    static final int BINARY = 2;

    private static final Logger LOG = LoggerFactory.getLogger(WebSocket.class);
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final int MASK = 4;

    /// Most bytes of a control frame; a client has no reason to send more.
    private static final int LONGEST = 125;

    private final RawConnection connection;
    private final ReentrantLock writing = new ReentrantLock();

    private WebSocket(RawConnection connection) {
        this.connection = connection;
    }

    /// Opens the socket.
    ///
    /// @param protocol the one that was chosen of those that the client offers; empty for none
    /// @param gone is run when the client closes or has gone
    static WebSocket open(HttpExchange exchange, String protocol, Runnable gone)
            throws IOException {
        WebSocket socket = new WebSocket(WebSocketHandshake.accept(exchange, protocol));
        Thread.ofVirtual().name("web socket").start(() -> socket.listen(gone));
        return socket;
    }

    /// Says that it ended in the ordinary way.
    void end() throws IOException {
        write(CLOSE, new byte[] {3, (byte) 232}, 0, 2);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    /// Sends one frame.
    ///
    /// @param kind text or bytes
    void write(int kind, byte[] bytes, int from, int length) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(length + 10);
        frame.write(FINAL | kind);
        if (length <= LONGEST) {
            frame.write(length);
        } else if (length < 1 << 16) {
            frame.write(126);
            frame.write(length >> 8);
            frame.write(length);
        } else {
            frame.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) length >> shift));
            }
        }
        frame.write(bytes, from, length);
        writing.lock();
        try {
            connection.output().write(frame.toByteArray());
            connection.output().flush();
        } finally {
            writing.unlock();
        }
    }

    /// Reads what the client sends, until it closes.
    private void listen(Runnable gone) {
        try {
            DataInputStream input = new DataInputStream(connection.input());
            while (answered(input)) {
                LOG.atTrace().log("the client sent a frame");
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the client has gone");
        } finally {
            gone.run();
        }
    }

    /// Reads a frame and answers a ping. False where it closes, or sends what nobody wants.
    private boolean answered(DataInputStream input) throws IOException {
        int kind;
        try {
            kind = input.readUnsignedByte() & 0x0f;
        } catch (EOFException gone) {
            return false;
        }
        int length = input.readUnsignedByte() & 0x7f;
        if (kind == CLOSE || length > LONGEST) {
            return false;
        }
        byte[] mask = input.readNBytes(MASK);
        byte[] content = input.readNBytes(length);
        if (mask.length < MASK || content.length < length) {
            return false;
        }
        if (kind == PING) {
            for (int i = 0; i < length; i++) {
                content[i] ^= mask[i % MASK];
            }
            write(PONG, content, 0, length);
        }
        return true;
    }
}
