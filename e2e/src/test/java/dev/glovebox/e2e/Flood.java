package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A client that keeps to no rules: it writes bytes to the API's port and reads what comes back.
///
/// @param server the API's address
/// @param token whose words it speaks in; empty for nobody's
record Flood(URI server, String token) {
    private static final SSLContext ANY_SERVER = anyServer();
    private static final int PATIENCE_MILLIS = 20_000;

    private static SSLContext anyServer() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The floods look at what the server survives, not at who it is.
    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /// A connection over TLS, ready for a request.
    SSLSocket connect(String protocol) throws IOException {
        var socket =
                (SSLSocket)
                        ANY_SERVER
                                .getSocketFactory()
                                .createSocket(server.getHost(), server.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /// The head of a request in whose name this client speaks; the caller's headers follow, each
    /// with its line's end.
    String head(String method, String target, String headers) {
        var credentials = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        return "%s %s HTTP/1.1\r\nHost: flood\r\n%s%s\r\n"
                .formatted(method, target, credentials, headers);
    }

    /// Sends text, as much of it as the server takes, and reads what is answered.
    String ask(String text) throws IOException {
        try (var socket = connect("http/1.1")) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            send(socket, text);
                        } catch (IOException cutOff) {
                            // The answer says why.
                        }
                    });
            return answer(socket);
        }
    }

    static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /// What one read brings, and what follows until the answer's announced length is there.
    static String answer(SSLSocket socket) throws IOException {
        var input = socket.getInputStream();
        var text = new StringBuilder();
        var buffer = new byte[1 << 16];
        while (!whole(text)) {
            int count = input.read(buffer);
            if (count < 0) {
                return text.toString();
            }
            text.append(new String(Arrays.copyOf(buffer, count), ISO_8859_1));
        }
        return text.toString();
    }

    private static boolean whole(StringBuilder text) {
        int head = text.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        var length =
                java.util.regex.Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)").matcher(text);
        return !length.find() || text.length() - head - 4 >= Integer.parseInt(length.group(1));
    }
}
