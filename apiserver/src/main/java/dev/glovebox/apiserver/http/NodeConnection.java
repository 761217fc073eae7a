package dev.glovebox.apiserver.http;

import dev.glovebox.http.Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection to a kubelet API, or to a pod, for one HTTP/1.1 request. Blocks; any thread closes
/// it.
final class NodeConnection implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConnection.class);
    private static final int LONGEST_LINE = 64 << 10;
    private static final int MOST_HEADERS = 200;
    private static final int MOST_INTERIM = 20;
    private static final int SWITCHING = 101;

    private final NodeLink link;
    private final InputStream input;
    private final OutputStream output;

    /// The head of an answer.
    record Head(int code, Headers headers) {}

    /// One over that link, which it closes.
    NodeConnection(NodeLink link) throws IOException {
        this.link = link;
        this.input = new BufferedInputStream(link.input());
        this.output = link.output();
    }

    /// Connects to a node that proves its name.
    static NodeConnection open(String node, NodeEndpoint endpoint) throws IOException {
        return new NodeConnection(NodeLink.to(node, endpoint));
    }

    /// Sends a request and reads the head of its answer; what comes before an answer, as with code
    /// 103, is left out.
    Head ask(String method, String target, Headers headers, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        if (headers.first("Host").isEmpty()) {
            head.append("Host: node\r\n");
        }
        headers.all()
                .forEach(h -> head.append(h.name()).append(": ").append(h.value()).append("\r\n"));
        if (body.length > 0 || !method.equals("GET")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        output.write(request.toByteArray());
        for (int interim = 0; interim < MOST_INTERIM; interim++) {
            Head answer = readHead();
            if (answer.code() == SWITCHING || answer.code() / 100 != 1) {
                return answer;
            }
        }
        throw new IOException("no answer, but many that are for the meantime");
    }

    private Head readHead() throws IOException {
        String[] status = line().split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new IOException("no HTTP answer");
        }
        Headers headers = Headers.NONE;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.all().size() >= MOST_HEADERS) {
                throw new IOException("malformed headers");
            }
            headers = headers.with(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        try {
            return new Head(Integer.parseInt(status[1]), headers);
        } catch (NumberFormatException e) {
            throw new IOException("no HTTP status: " + status[1], e);
        }
    }

    /// One line without its end.
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = input.read(); octet != '\n'; octet = input.read()) {
            if (octet < 0 || line.size() >= LONGEST_LINE) {
                throw new IOException(octet < 0 ? "connection closed" : "line too long");
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /// The answer's body, as its head says it is sent.
    InputStream body(Head head) throws IOException {
        if (head.headers().joined("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            return new Chunks();
        }
        String length = head.headers().first("Content-Length").orElse("");
        if (length.isEmpty()) {
            return input;
        }
        try {
            long bytes = Long.parseLong(length);
            if (bytes < 0) {
                throw new IOException("no length: " + length);
            }
            return new Part(bytes);
        } catch (NumberFormatException e) {
            throw new IOException("no length: " + length, e);
        }
    }

    /// What follows the head, after an upgrade.
    InputStream input() {
        return input;
    }

    /// What goes to the node, after an upgrade.
    OutputStream output() {
        return output;
    }

    /// Ends our half.
    void endOutput() throws IOException {
        link.endOutput();
    }

    @Override
    public void close() {
        try {
            link.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("connection closed badly");
        }
    }

    /// A body of known length; its early end is an error.
    private class Part extends InputStream {
        private long left;

        Part(long length) {
            this.left = length;
        }

        void begin(long length) {
            left = length;
        }

        long left() {
            return left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0 || length == 0) {
                return left == 0 ? -1 : 0;
            }
            int count = input.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("the other side broke off");
            }
            left -= count;
            return count;
        }
    }

    /// A body in chunks, RFC 9112.
    private final class Chunks extends Part {
        private boolean first = true;
        private boolean done;

        Chunks() {
            super(0);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left() == 0 && !done) {
                next();
            }
            return done ? -1 : super.read(target, offset, length);
        }

        private void next() throws IOException {
            if (!first && !line().isEmpty()) {
                throw new IOException("malformed chunk");
            }
            first = false;
            String size = line().split(";", 2)[0].strip();
            try {
                begin(Long.parseLong(size, 16));
            } catch (NumberFormatException e) {
                throw new IOException("malformed chunk: " + size, e);
            }
            if (left() < 0) {
                throw new IOException("malformed chunk: " + size);
            }
            if (left() == 0) {
                done = true;
                for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
                    LOG.atDebug().addKeyValue("trailer", trailer).log("trailer ignored");
                }
            }
        }
    }
}
