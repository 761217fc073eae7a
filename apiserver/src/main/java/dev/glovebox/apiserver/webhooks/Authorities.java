package dev.glovebox.apiserver.webhooks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Whose certificates are believed of a webhook's server, and what is said of one that is not. The
/// chain is judged before the name, so that the words tell which of them is wrong.
final class Authorities extends X509ExtendedTrustManager {
    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private final X509ExtendedTrustManager believed;

    private Authorities(X509ExtendedTrustManager believed) {
        this.believed = believed;
    }

    /// A server's certificate that is not believed, in Kubernetes' words.
    static final class Unbelieved extends CertificateException {
        private static final long serialVersionUID = 1L;

        Unbelieved(String words, Throwable cause) {
            super("tls: failed to verify certificate: x509: " + words, cause);
        }
    }

    /// @param pem certificates; empty for the system's authorities
    static SSLContext tls(byte[] pem) throws WebhookFailure {
        try {
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(pem.length == 0 ? null : store(certificates(pem)));
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509ExtendedTrustManager judge) {
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(null, new TrustManager[] {new Authorities(judge)}, null);
                    return context;
                }
            }
            throw new IllegalStateException("this JDK judges no certificates");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot make a TLS client", e);
        }
    }

    private static List<Certificate> certificates(byte[] pem) throws WebhookFailure {
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem));
            if (!found.isEmpty()) {
                return List.copyOf(found);
            }
        } catch (CertificateException e) {
            throw unusable(e);
        }
        throw unusable(null);
    }

    private static WebhookFailure unusable(@Nullable Exception cause) {
        String words =
                "could not get REST client: unable to load root certificates: unable to parse"
                        + " bytes as PEM block";
        return cause == null ? new WebhookFailure(words) : new WebhookFailure(words, cause);
    }

    private static KeyStore store(List<Certificate> certificates)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, new char[0]);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("authority-" + i, certificates.get(i));
        }
        return store;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, type);
        try {
            believed.checkServerTrusted(chain, type, socket);
        } catch (CertificateException e) {
            String host =
                    socket instanceof SSLSocket tls ? tls.getHandshakeSession().getPeerHost() : "";
            throw new Unbelieved(otherName(chain[0], host), e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        try {
            believed.checkServerTrusted(chain, type);
        } catch (CertificateException e) {
            throw new Unbelieved("certificate signed by unknown authority", e);
        }
    }

    private static String otherName(X509Certificate certificate, String host)
            throws CertificateParsingException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> each : alternatives) {
                if (each.get(0).equals(DNS) || each.get(0).equals(ADDRESS)) {
                    names.add(String.valueOf(each.get(1)));
                }
            }
        }
        return names.isEmpty()
                ? "certificate is not valid for any names, but wanted to match " + host
                : "certificate is valid for " + String.join(", ", names) + ", not " + host;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("only sockets are used here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw new CertificateException("nobody is a client here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("nobody is a client here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("nobody is a client here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return believed.getAcceptedIssuers();
    }
}
