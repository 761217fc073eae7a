package dev.glovebox.containerd;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// The other side of one WebSocket, which does nothing by itself once it shook hands.
final class StreamServer implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int BINARY = 2;
    static final int CLOSE = 8;

    private final ServerSocket listener;
    private final CompletableFuture<Socket> accepted;

    /// A frame as it came, unmasked.
    record Frame(int opcode, boolean fin, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /// Shakes hands with the first who comes.
    ///
    /// @param status what the answer's first line says, as `101 Switching Protocols`
    StreamServer(String status) throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        accepted = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> shakeHands(status));
    }

    StreamServer() throws IOException {
        this("101 Switching Protocols");
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/attach/SECRET");
    }

    Frame receive() throws IOException {
        DataInputStream in = new DataInputStream(accepted.join().getInputStream());
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte() & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return new Frame(first & 0xf, (first & 0x80) != 0, payload);
    }

    void send(int opcode, boolean fin, byte[] payload) throws IOException {
        DataOutputStream out = new DataOutputStream(accepted.join().getOutputStream());
        out.writeByte((fin ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            out.writeByte(payload.length);
        } else if (payload.length <= 0xffff) {
            out.writeByte(126);
            out.writeShort(payload.length);
        } else {
            out.writeByte(127);
            out.writeLong(payload.length);
        }
        out.write(payload);
        out.flush();
    }

    /// A whole message.
    void send(int channel, String text) throws IOException {
        send(BINARY, true, message(channel, text.getBytes(StandardCharsets.UTF_8)));
    }

    /// An orderly end.
    void end() throws IOException {
        send(CLOSE, true, new byte[] {1000 >> 8, (byte) 1000});
    }

    /// An end without one.
    void hangUp() throws IOException {
        accepted.join().close();
    }

    static byte[] message(int channel, byte[] payload) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(channel);
        message.writeBytes(payload);
        return message.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (accepted.isDone() && !accepted.isCompletedExceptionally()) {
            accepted.join().close();
        }
    }

    private void shakeHands(String status) {
        try {
            Socket socket = listener.accept();
            String answer = answer(status, request(socket));
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            accepted.complete(socket);
        } catch (IOException e) {
            accepted.completeExceptionally(new CompletionException(e));
        }
    }

    private static String request(Socket socket) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) socket.getInputStream().read());
        }
        return request.toString();
    }

    private static String answer(String status, String request) {
        String key =
                request.lines()
                        .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                        .map(line -> line.substring(19))
                        .findFirst()
                        .orElseThrow();
        return """
        HTTP/1.1 %s
        Connection: Upgrade
        Upgrade: websocket
        Content-Length: 0
        Sec-WebSocket-Protocol: v4.channel.k8s.io
        Sec-WebSocket-Accept: %s

        """
                .formatted(status, accept(key))
                .replace("\n", "\r\n");
    }

    private static String accept(String key) {
        byte[] text =
                (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
