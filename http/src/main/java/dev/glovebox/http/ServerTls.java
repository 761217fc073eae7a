package dev.glovebox.http;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/// The server's identity, and whose clients it believes. A client may come without a certificate;
/// one that shows a certificate of another authority fails in the handshake.
///
/// @param key the server's private key
/// @param chain its certificate, then intermediate ones
/// @param clientAuthorities issuers of client certificates
public record ServerTls(
        PrivateKey key, List<X509Certificate> chain, List<X509Certificate> clientAuthorities) {
    /// Copies the lists.
    public ServerTls {
        Objects.requireNonNull(key, "key");
        chain = List.copyOf(chain);
        clientAuthorities = List.copyOf(clientAuthorities);
    }
}
