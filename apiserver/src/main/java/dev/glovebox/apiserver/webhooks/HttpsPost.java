package dev.glovebox.apiserver.webhooks;

import dev.glovebox.http.Headers;
import dev.glovebox.model.Authority;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// One HTTP/1.1 request over TLS to a server whose address was found elsewhere and which has to
/// prove a name. The JDK's client is not used: it connects to nothing but what the URL names, and a
/// Service's name is nobody's address here. Blocks; whoever closes the socket ends it.
final class HttpsPost {
    /// Most bytes of an answer: a patch of the largest object in base64, and something around it.
    static final int MOST_BYTES = 8 << 20;

    private static final int LONGEST_LINE = 16 << 10;
    private static final int MOST_LINES = 200;
    private static final int CONTINUE_BELOW = 200;

    private final InputStream input;
    private int lines;

    private HttpsPost(InputStream input) {
        this.input = input;
    }

    /// What a server answered.
    ///
    /// @param code HTTP status; redirections are not followed
    record Answer(int code, String contentType, byte[] body) {}

    /// Sends JSON and reads the whole answer.
    ///
    /// @param plain connected
    /// @param endpoint whose name the server has to prove
    /// @param target path and query
    static Answer send(Socket plain, Endpoint endpoint, String target, byte[] body)
            throws IOException, WebhookFailure {
        Endpoint.Place place = endpoint.place();
        try (SSLSocket socket =
                (SSLSocket)
                        endpoint.tls()
                                .getSocketFactory()
                                .createSocket(plain, place.host(), place.port(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            OutputStream output = socket.getOutputStream();
            output.write(head(place, target, body.length));
            output.write(body);
            output.flush();
            return new HttpsPost(new BufferedInputStream(socket.getInputStream())).answer();
        }
    }

    private static byte[] head(Endpoint.Place place, String target, int length) {
        return """
        POST %s HTTP/1.1\r
        Host: %s\r
        User-Agent: kube-apiserver-admission\r
        Accept: application/json, */*\r
        Content-Type: application/json\r
        Content-Length: %d\r
        Connection: close\r
        \r
        """
                .formatted(target, Authority.of(place.host(), place.port()), length)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private Answer answer() throws IOException {
        while (true) {
            int code = code(line());
            Headers headers = headers();
            // What comes before the answer itself counts into the lines, and so it ends.
            if (code >= CONTINUE_BELOW) {
                return new Answer(code, headers.first("Content-Type").orElse(""), body(headers));
            }
        }
    }

    private static int code(String status) throws IOException {
        String[] parts = status.split(" ", 3);
        if (parts.length >= 2
                && parts[0].startsWith("HTTP/1.")
                && parts[1].matches("[1-9][0-9][0-9]")) {
            return Integer.parseInt(parts[1]);
        }
        throw new IOException("malformed HTTP response");
    }

    private Headers headers() throws IOException {
        Headers headers = Headers.NONE;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || line.indexOf('\r') >= 0) {
                throw new IOException("malformed MIME header line");
            }
            headers = headers.with(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return headers;
    }

    private byte[] body(Headers headers) throws IOException {
        if (headers.joined("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            return chunks();
        }
        String length = headers.first("Content-Length").orElse("");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (length.isEmpty()) {
            copy(body, MOST_BYTES + 1L);
        } else {
            copyAll(body, number(length, 10));
        }
        return body.toByteArray();
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            long size = number(line().split(";", 2)[0].strip(), 16);
            if (size == 0) {
                return body.toByteArray();
            }
            copyAll(body, size);
            // A chunk's end is no line of a head; there may be as many of them as the body allows.
            lines = 0;
            if (!line().isEmpty()) {
                throw new IOException("malformed chunked encoding");
            }
        }
    }

    private void copyAll(ByteArrayOutputStream body, long count) throws IOException {
        long before = body.size();
        copy(body, count);
        if (body.size() - before != count) {
            throw new IOException("unexpected EOF");
        }
    }

    private void copy(ByteArrayOutputStream body, long count) throws IOException {
        if (count > MOST_BYTES - body.size() && count != MOST_BYTES + 1L) {
            throw tooLarge();
        }
        byte[] buffer = new byte[8 << 10];
        for (long left = count; left > 0; ) {
            int read = input.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                return;
            }
            body.write(buffer, 0, read);
            left -= read;
        }
        if (body.size() > MOST_BYTES) {
            throw tooLarge();
        }
    }

    private static IOException tooLarge() {
        return new IOException("the response is larger than " + MOST_BYTES + " bytes");
    }

    private static long number(String text, int radix) throws IOException {
        try {
            long number = Long.parseLong(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("no length: " + text, e);
        }
        throw new IOException("no length: " + text);
    }

    /// One line without its end.
    private String line() throws IOException {
        if (++lines > MOST_LINES) {
            throw new IOException("too many header lines");
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = input.read(); octet != '\n'; octet = input.read()) {
            if (octet < 0) {
                throw new IOException("EOF");
            }
            if (line.size() >= LONGEST_LINE) {
                throw new IOException("header line too long");
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
