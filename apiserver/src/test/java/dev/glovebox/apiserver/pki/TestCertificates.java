package dev.glovebox.apiserver.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// An authority of its own and a server's certificate by it, for tests of who is believed.
///
/// @param authority its certificate as PEM in base64, as a `caBundle` has it
/// @param server shows the certificate
public record TestCertificates(String authority, SSLContext server) {
    private static final Duration LIFE = Duration.ofDays(1);
    private static final char[] IN_MEMORY = new char[0];

    /// A new authority, and a server of these DNS names.
    public static TestCertificates of(String... names) {
        Credentials authority = Certificates.authority(LIFE, Clock.systemUTC());
        Credentials own =
                Certificates.issue(
                        authority,
                        Subject.server(List.of(names), Set.of()),
                        LIFE,
                        Clock.systemUTC());
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, IN_MEMORY);
            store.setKeyEntry(
                    "own",
                    own.key(),
                    IN_MEMORY,
                    new Certificate[] {own.certificate(), authority.certificate()});
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, IN_MEMORY);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return new TestCertificates(
                    Base64.getEncoder()
                            .encodeToString(
                                    Pem.of(authority.certificate())
                                            .getBytes(StandardCharsets.US_ASCII)),
                    context);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
