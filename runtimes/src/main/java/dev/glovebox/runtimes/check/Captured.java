package dev.glovebox.runtimes.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// What a program wrote to one stream, as far as it was kept.
public final class Captured {
    private final byte[] bytes;
    private final boolean truncated;

    /// @param bytes copied
    /// @param truncated whether there was more
    public Captured(byte[] bytes, boolean truncated) {
        this.bytes = bytes.clone();
        this.truncated = truncated;
    }

    /// The bytes as UTF-8; what is none becomes U+FFFD.
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Its lines without their ends; what a program left without an end is a line too.
    public List<String> lines() {
        return text().lines().toList();
    }

    /// How many bytes were kept.
    public int size() {
        return bytes.length;
    }

    /// Whether there was more than was kept.
    public boolean truncated() {
        return truncated;
    }

    /// Whether the same bytes were kept of both, and as much was left out.
    public boolean same(Captured other) {
        return truncated == other.truncated && Arrays.equals(bytes, other.bytes);
    }
}
