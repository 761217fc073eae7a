package dev.glovebox.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A client of the node's socket, which sees every byte of an answer.
final class NodeSocket {
    private NodeSocket() {}

    /// The answer to a request, up to the end of the connection or of the command in it.
    ///
    /// @param headers each with its end of line; empty for a request whose connection ends
    static String ask(Path socket, String request, String headers) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String more = headers.isEmpty() ? "Connection: close\r\n" : headers;
            channel.write(
                    ByteBuffer.wrap(
                            (request + " HTTP/1.1\r\nHost: node\r\n" + more + "\r\n")
                                    .getBytes(StandardCharsets.UTF_8)));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (channel.read(buffer) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
                if (answer.toString(StandardCharsets.UTF_8).contains("\"status\":\"Success\"")) {
                    break;
                }
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
