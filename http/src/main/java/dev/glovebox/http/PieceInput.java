package dev.glovebox.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// A stream of what comes piece by piece. One thread reads.
public abstract class PieceInput extends InputStream {
    private byte[] piece = new byte[0];
    private int at;

    /// The next piece, waiting for it; an empty one at the end, and again after it.
    ///
    /// @throws IOException when it breaks off
    protected abstract byte[] next() throws IOException;

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        if (at == piece.length) {
            piece = next();
            at = 0;
        }
        if (piece.length == 0) {
            return -1;
        }
        int count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, to, offset, count);
        at += count;
        return count;
    }
}
