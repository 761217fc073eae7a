package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.auth.User;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/// The bytes to and from a node, or a pod. Any thread closes it.
interface NodeLink extends Closeable {
    /// How long a node may take to answer a connection and to prove who it is.
    Duration PATIENCE = Duration.ofSeconds(10);

    InputStream input() throws IOException;

    OutputStream output() throws IOException;

    /// Ends our half.
    void endOutput() throws IOException;

    /// Connects.
    ///
    /// @param node its name, which a remote one has to prove
    /// @throws IOException when nobody answers there, or somebody who is not that node
    static NodeLink to(String node, NodeEndpoint endpoint) throws IOException {
        return switch (endpoint) {
            case NodeEndpoint.Local(UnixDomainSocketAddress address) -> Unix.open(address);
            case NodeEndpoint.Remote remote -> Tcp.proven(node, remote);
        };
    }

    /// A socket of this machine.
    record Unix(SocketChannel channel, InputStream input, OutputStream output) implements NodeLink {
        static Unix open(UnixDomainSocketAddress address) throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(address);
                return new Unix(
                        channel,
                        Channels.newInputStream(channel),
                        Channels.newOutputStream(channel));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }

        @Override
        public void endOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// A socket to another machine, or to a pod; over TLS or not.
    record Tcp(Socket socket) implements NodeLink {
        static Tcp proven(String node, NodeEndpoint.Remote remote) throws IOException {
            int patience = Math.toIntExact(PATIENCE.toMillis());
            Socket plain = new Socket();
            try {
                plain.connect(remote.address(), patience);
                SSLSocket socket =
                        (SSLSocket)
                                remote.tls()
                                        .getSocketFactory()
                                        .createSocket(
                                                plain,
                                                remote.address().getHostString(),
                                                remote.address().getPort(),
                                                true);
                socket.setSoTimeout(patience);
                socket.startHandshake();
                requireName(node, socket);
                socket.setSoTimeout(0);
                return new Tcp(socket);
            } catch (IOException | RuntimeException e) {
                plain.close();
                throw e;
            }
        }

        private static void requireName(String node, SSLSocket socket)
                throws SSLPeerUnverifiedException {
            String wanted = "system:node:" + node;
            User shown =
                    Authentication.subject(
                            (X509Certificate) socket.getSession().getPeerCertificates()[0]);
            if (!shown.name().equals(wanted) || !shown.groups().contains("system:nodes")) {
                throw new SSLPeerUnverifiedException(
                        "the certificate there is for \"%s\", not for %s"
                                .formatted(shown.name(), wanted));
            }
        }

        @Override
        public InputStream input() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream output() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
