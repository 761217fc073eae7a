package dev.glovebox.node.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Answers each connection with the next of its answers, once it read a request's head; the last
/// answer is given again and again.
final class CannedServer implements AutoCloseable {
    /// What clients sent, one head each.
    final List<String> requests = new CopyOnWriteArrayList<>();

    /// Clients that went before they had their answer, and the end of the test.
    final List<IOException> gone = new CopyOnWriteArrayList<>();

    private final ServerSocket server;
    private final List<String> answers;

    CannedServer(String... answers) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.answers = List.of(answers);
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        for (int i = 0; !server.isClosed(); i++) {
            String answer = answers.get(Math.min(i, answers.size() - 1));
            try (Socket socket = server.accept()) {
                requests.add(head(socket.getInputStream()));
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                if (answer.isEmpty()) {
                    // Says nothing until the client gives up.
                    socket.getInputStream().read();
                }
            } catch (IOException e) {
                gone.add(e);
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int c = in.read();
            if (c < 0) {
                break;
            }
            head.write(c);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
