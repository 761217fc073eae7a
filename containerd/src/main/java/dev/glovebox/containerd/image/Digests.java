package dev.glovebox.containerd.image;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Digests as OCI writes them: `sha256:` and 64 hexadecimal digits. Other algorithms are not taken.
final class Digests {
    private static final Pattern SHA256 = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int CHUNK = 1 << 16;

    private Digests() {}

    static boolean isDigest(String text) {
        return SHA256.matcher(text).matches();
    }

    /// The digits alone.
    static String hex(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
    }

    static String of(byte[] bytes) {
        return text(sha256().digest(bytes));
    }

    /// Reads the stream to its end.
    static String of(InputStream stream) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
            digest.update(chunk, 0, n);
        }
        return text(digest.digest());
    }

    private static String text(byte[] digest) {
        return "sha256:" + HexFormat.of().formatHex(digest);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
