package dev.glovebox.apiserver.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Connections to ports of pods. No authority says which pod a certificate is for, so that TLS with
/// a pod hides what is said and proves nothing, as in Kubernetes; nothing that is secret to pods is
/// said over these connections, and no certificate of ours is shown.
final class PodSocket {
    private static final int PATIENCE = Math.toIntExact(NodeLink.PATIENCE.toMillis());

    private PodSocket() {}

    /// Opens connections to pods.
    @FunctionalInterface
    interface Dialer {
        /// Connects, within [NodeLink#PATIENCE].
        ///
        /// @param tls whether to speak TLS
        NodeLink open(InetSocketAddress address, boolean tls) throws IOException;
    }

    static NodeLink open(InetSocketAddress address, boolean tls) throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(address, PATIENCE);
            return new NodeLink.Tcp(tls ? tls(plain, address) : plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private static SSLSocket tls(Socket plain, InetSocketAddress address) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        unproven()
                                .getSocketFactory()
                                .createSocket(
                                        plain, address.getHostString(), address.getPort(), true);
        socket.setSoTimeout(PATIENCE);
        socket.startHandshake();
        socket.setSoTimeout(0);
        return socket;
    }

    private static SSLContext unproven() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS", e);
        }
    }

    /// Takes every certificate.
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
