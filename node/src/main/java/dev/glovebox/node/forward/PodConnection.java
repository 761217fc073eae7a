package dev.glovebox.node.forward;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// A connection to a port of a pod. Any thread closes it.
interface PodConnection extends Closeable {
    InputStream input() throws IOException;

    OutputStream output() throws IOException;

    /// Ends our half where the other one can go on without it.
    void endOutput() throws IOException;

    /// Connects: to the pod's address, which lets either half end by itself, and where nobody
    /// listens there, inside its sandbox.
    ///
    /// @throws IOException where nobody listens inside either
    static PodConnection to(ForwardedPod pod, Loopbacks.Loopback loopback, int port)
            throws IOException {
        if (pod.address().isEmpty()) {
            return Inside.open(loopback, port);
        }
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(pod.address(), port), Tcp.PATIENCE);
            socket.setTcpNoDelay(true);
            return new Tcp(socket);
        } catch (IOException e) {
            socket.close();
            return Inside.open(loopback, port);
        }
    }

    /// Over the pod's link.
    record Tcp(Socket socket) implements PodConnection {
        /// Milliseconds; the link is on this machine.
        private static final int PATIENCE = 2000;

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

    /// Through the sandbox's kernel.
    record Inside(SocketChannel channel, InputStream input, OutputStream output)
            implements PodConnection {
        static Inside open(Loopbacks.Loopback loopback, int port) throws IOException {
            SocketChannel channel = loopback.dial(port);
            return new Inside(
                    channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
        }

        @Override
        public void endOutput() {}

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
