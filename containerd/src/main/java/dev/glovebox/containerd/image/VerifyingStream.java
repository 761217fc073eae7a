package dev.glovebox.containerd.image;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

/// Passes a blob on and fails at its end, before its last byte counts for anything, when the
/// content is not what the digest says.
final class VerifyingStream extends InputStream {
    private final DigestInputStream stream;
    private final String digest;
    private final Supplier<ImageException> mismatch;
    private boolean verified;

    VerifyingStream(InputStream stream, String digest, Supplier<ImageException> mismatch) {
        try {
            this.stream = new DigestInputStream(stream, MessageDigest.getInstance("SHA-256"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        this.digest = digest;
        this.mismatch = mismatch;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = stream.read(bytes, offset, length);
        if (n < 0 && !verified) {
            String actual =
                    "sha256:" + HexFormat.of().formatHex(stream.getMessageDigest().digest());
            if (!actual.equals(digest)) {
                throw mismatch.get();
            }
            verified = true;
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
