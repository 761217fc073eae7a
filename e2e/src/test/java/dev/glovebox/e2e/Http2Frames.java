package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Frames of HTTP/2 as a client sends them, one after the other. Source: RFC 9113 and, for header
/// blocks, RFC 7541.
final class Http2Frames {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int CANCEL = 8;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// How a connection begins.
    Http2Frames preface() {
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        return settings();
    }

    Http2Frames settings() {
        return frame(SETTINGS, 0, 0, new byte[0]);
    }

    /// `GET /` that is complete.
    Http2Frames request(int stream) {
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, block());
    }

    Http2Frames cancel(int stream) {
        return frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
    }

    /// A request whose headers go on.
    Http2Frames begin(int stream) {
        return frame(HEADERS, END_STREAM, stream, block());
    }

    /// A piece of headers that is not the last.
    Http2Frames goOn(int stream, byte[] block) {
        return frame(CONTINUATION, 0, stream, block);
    }

    /// A header that no table keeps.
    static byte[] header(String name, String value) {
        var block = new ByteArrayOutputStream();
        block.write(0);
        for (var text : new String[] {name, value}) {
            block.write(text.length());
            block.writeBytes(text.getBytes(US_ASCII));
        }
        return block.toByteArray();
    }

    /// `:method GET`, `:path /`, `:scheme https`.
    private static byte[] block() {
        return new byte[] {(byte) 0x82, (byte) 0x84, (byte) 0x87};
    }

    private Http2Frames frame(int type, int flags, int stream, byte[] payload) {
        out.writeBytes(
                ByteBuffer.allocate(9)
                        .put((byte) (payload.length >> 16))
                        .putShort((short) payload.length)
                        .put((byte) type)
                        .put((byte) flags)
                        .putInt(stream)
                        .array());
        out.writeBytes(payload);
        return this;
    }

    /// All so far, once.
    byte[] take() {
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }
}
