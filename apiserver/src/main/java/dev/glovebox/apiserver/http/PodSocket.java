package dev.glovebox.apiserver.http;

import dev.glovebox.http.UnverifiedTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

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
        SSLSocket socket = UnverifiedTls.over(plain, address.getHostString(), address.getPort());
        socket.setSoTimeout(PATIENCE);
        socket.startHandshake();
        socket.setSoTimeout(0);
        return socket;
    }
}
