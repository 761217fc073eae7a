package dev.glovebox.apiserver.pki;

import dev.glovebox.http.ServerTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// With what a node serves an API server that is not ours: a certificate from files, as whoever
/// runs the cluster issued it, or one that it makes itself and that only an API server believes
/// which believes every node, as Kubernetes does unless it is told not to.
public final class NodeServing {
    /// Bytes of a file that are read.
    private static final int LONGEST = 1 << 20;

    private NodeServing() {}

    /// From files.
    ///
    /// @param certificate PEM, the node's own first, then intermediate ones
    /// @param key PEM: PKCS #8, or a plain RSA or EC key, without a passphrase
    /// @param clients whose clients are believed
    /// @throws PkiException for a file that cannot be read, holds something else, or a key of
    ///   another certificate
    public static ServerTls fromFiles(Path certificate, Path key, List<X509Certificate> clients) {
        List<X509Certificate> chain = certificates(text(certificate), certificate);
        PrivateKey held = key(text(key), key);
        if (!Certificates.belong(held, chain.getFirst())) {
            throw new PkiException(
                    key,
                    "is not the key of " + certificate,
                    "name a pair that belongs together",
                    null);
        }
        return new ServerTls(held, chain, clients);
    }

    /// Made once, kept, and made anew near its end.
    ///
    /// @param directory where it lies; made if absent
    /// @param address on which the node serves
    /// @param clients whose clients are believed
    public static ServerTls selfMade(
            Path directory, InetAddress address, Clock clock, List<X509Certificate> clients) {
        ServerTls own =
                ClusterPki.open(new PkiSettings(directory, List.of(address), clock)).serverTls();
        return new ServerTls(own.key(), own.chain(), clients);
    }

    /// Certificates of a PEM bundle.
    ///
    /// @param source for the message
    /// @throws PkiException where there is none, or something that is none
    public static List<X509Certificate> certificates(String pem, Path source) {
        List<X509Certificate> found = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
                if (each instanceof X509CertificateHolder holder) {
                    found.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
        } catch (IOException | CertificateException e) {
            throw new PkiException(source, "is damaged", "it wants certificates as PEM", e);
        }
        if (found.isEmpty()) {
            throw new PkiException(
                    source, "has no certificate", "it wants certificates as PEM", null);
        }
        return List.copyOf(found);
    }

    private static PrivateKey key(String pem, Path source) {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
                if (each instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getKeyPair(pair).getPrivate();
                }
                if (each instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        } catch (IOException e) {
            throw new PkiException(source, "is damaged", "it wants a private key as PEM", e);
        }
        throw new PkiException(
                source, "has no private key", "it wants one as PEM, not encrypted", null);
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new PkiException(file, "cannot be read (" + e + ")", "name a readable file", e);
        }
    }
}
