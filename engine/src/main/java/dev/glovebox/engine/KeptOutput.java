package dev.glovebox.engine;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// The first mebibyte of an output, for a report.
final class KeptOutput extends OutputStream {
    private static final int MOST = 1 << 20;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean truncated;

    @Override
    public synchronized void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int fits = Math.min(length, MOST - kept.size());
        kept.write(bytes, offset, fits);
        truncated |= fits < length;
    }

    /// What was kept, as UTF-8; what is not becomes U+FFFD.
    synchronized String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }

    /// What was kept, as it came.
    synchronized byte[] bytes() {
        return kept.toByteArray();
    }

    /// Whether there was more.
    synchronized boolean truncated() {
        return truncated;
    }
}
