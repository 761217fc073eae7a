package dev.glovebox.apiserver.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;

/// A certificate with its private key.
public record Credentials(X509Certificate certificate, PrivateKey key) {
    /// Refuses null parts.
    public Credentials {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
    }

    /// Names the certificate's subject; never the key.
    @Override
    public String toString() {
        return "Credentials[" + certificate.getSubjectX500Principal() + "]";
    }
}
