package dev.glovebox.control;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One message: a byte for its type, four for the length of its content, the content.
///
/// @param content at most [#MOST] bytes
record Frame(Type type, byte[] content) {
    /// Most bytes of content; what says more is not one of us.
    static final int MOST = 1 << 20;

    /// What frames there are, with the byte that stands for each.
    enum Type {
        /// First, from the command line: the request's words.
        REQUEST(1),
        /// Bytes for the container, or of an archive.
        STDIN(2),
        /// No more of them.
        STDIN_END(3),
        /// The terminal's columns and rows, two 32-bit numbers.
        RESIZE(4),
        /// A signal's name without `SIG`, for the container.
        SIGNAL(5),
        /// Bytes for the caller's standard output.
        STDOUT(6),
        /// Bytes for the caller's standard error.
        STDERR(7),
        /// A line about what is being done; may be shown for a moment only.
        PROGRESS(8),
        /// Last, from the engine: the exit code, a 32-bit number.
        EXIT(9);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }

        static Type of(int code) {
            for (var type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            throw new ControlException("not a message of ours: type " + code);
        }
    }

    Frame {
        if (content.length > MOST) {
            throw new ControlException("a message of " + content.length + " bytes");
        }
    }

    static Frame of(Type type, String text) {
        return new Frame(type, text.getBytes(StandardCharsets.UTF_8));
    }

    static Frame of(Type type, int... numbers) {
        var content = ByteBuffer.allocate(4 * numbers.length);
        for (var number : numbers) {
            content.putInt(number);
        }
        return new Frame(type, content.array());
    }

    static Frame of(Request request) {
        var words =
                request.words().stream()
                        .map(word -> word.getBytes(StandardCharsets.UTF_8))
                        .toList();
        var content = ByteBuffer.allocate(words.stream().mapToInt(word -> 4 + word.length).sum());
        words.forEach(word -> content.putInt(word.length).put(word));
        return new Frame(Type.REQUEST, content.array());
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    int number(int index) {
        if (content.length < 4 * (index + 1)) {
            throw new ControlException("a " + type + " without its numbers");
        }
        return ByteBuffer.wrap(content).getInt(4 * index);
    }

    Request request() {
        var bytes = ByteBuffer.wrap(content);
        List<String> words = new ArrayList<>();
        while (bytes.hasRemaining()) {
            var length = bytes.remaining() < 4 ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw new ControlException("a request that ends in the middle");
            }
            var word = new byte[length];
            bytes.get(word);
            words.add(new String(word, StandardCharsets.UTF_8));
        }
        return Request.of(words);
    }

    /// Reads the next one; empty where the other side has closed between two.
    static Optional<Frame> read(DataInputStream in) throws IOException {
        var code = in.read();
        if (code < 0) {
            return Optional.empty();
        }
        var type = Type.of(code);
        var length = in.readInt();
        if (length < 0 || length > MOST) {
            throw new ControlException("a message of " + length + " bytes");
        }
        var content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("the connection ended in the middle of a message");
        }
        return Optional.of(new Frame(type, content));
    }

    /// Writes it whole. Callers take turns by themselves.
    void write(OutputStream out) throws IOException {
        var message = ByteBuffer.allocate(5 + content.length);
        message.put(type.code).putInt(content.length).put(content);
        out.write(message.array());
        out.flush();
    }
}
