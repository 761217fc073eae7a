package dev.glovebox.runtimes.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The SHA-256 of a file's bytes, as 64 hexadecimal digits.
public record Digest(String hex) {
    /// Refuses anything but 64 hexadecimal digits in lower case.
    public Digest {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256 digest: " + hex);
        }
    }

    /// Reads a file to its end.
    public static Digest of(Path file) throws IOException {
        return new Digest(hex(file, "SHA-256"));
    }

    /// Reads a file to its end.
    ///
    /// @param algorithm one that every Java platform has: `SHA-256`, `SHA-512`
    /// @return the digest in hexadecimal digits, in lower case
    public static String hex(Path file, String algorithm) throws IOException {
        MessageDigest digest = digest(algorithm);
        byte[] buffer = new byte[1 << 16];
        try (InputStream stream = Files.newInputStream(file)) {
            for (int length = stream.read(buffer); length >= 0; length = stream.read(buffer)) {
                digest.update(buffer, 0, length);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Of a text in UTF-8.
    public static Digest ofText(String text) {
        return new Digest(
                HexFormat.of()
                        .formatHex(
                                digest("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))));
    }

    /// The first 12 digits: enough to tell the files of one machine apart.
    public String abbreviated() {
        return hex.substring(0, 12);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm, e);
        }
    }
}
