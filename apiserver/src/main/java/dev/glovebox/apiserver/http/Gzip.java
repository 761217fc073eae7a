package dev.glovebox.apiserver.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Compresses as kube-apiserver does: fast rather than small.
final class Gzip extends GZIPOutputStream {
    private static final int BUFFER = 32 << 10;

    /// Writes into `out`, and never closes it.
    Gzip(OutputStream out) throws IOException {
        super(out, BUFFER);
        def.setLevel(Deflater.BEST_SPEED);
    }

    /// Gives the compressor's memory back, finished or not.
    @Override
    public void close() {
        def.end();
    }
}
