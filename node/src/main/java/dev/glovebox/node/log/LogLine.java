package dev.glovebox.node.log;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// One line of a CRI log file: `TIME stdout|stderr F|P CONTENT` (KEP-1899's format). A line tagged
/// `P` is part of a longer one: no newline follows its content.
///
/// @param time as written, RFC 3339 with nanoseconds
/// @param error whether it came from standard error
/// @param content what the container wrote, with the newline where it wrote one
record LogLine(String time, boolean error, byte[] content) {
    /// The line in `bytes` from `start` to `end`, its newline excluded; empty for what is no CRI
    /// log line, such as one cut short when the machine died.
    static Optional<LogLine> parse(byte[] bytes, int start, int end) {
        int stream = behindSpace(bytes, start, end);
        int tag = behindSpace(bytes, stream, end);
        int content = behindSpace(bytes, tag, end);
        if (stream < 0 || tag < 0 || content < 0) {
            return Optional.empty();
        }
        String streamName = text(bytes, stream, tag - 1);
        String tags = text(bytes, tag, content - 1);
        if (!streamName.equals("stdout") && !streamName.equals("stderr")) {
            return Optional.empty();
        }
        boolean partial = tags.equals("P") || tags.startsWith("P:");
        byte[] copy = Arrays.copyOfRange(bytes, content, partial ? end : end + 1);
        if (!partial) {
            copy[copy.length - 1] = '\n';
        }
        return Optional.of(
                new LogLine(text(bytes, start, stream - 1), streamName.equals("stderr"), copy));
    }

    /// Whether the line was written at that time or later; a time that cannot be read counts as
    /// later, so that nothing is lost.
    boolean isFrom(Instant since) {
        try {
            return !Instant.parse(time).isBefore(since);
        } catch (DateTimeException e) {
            return true;
        }
    }

    private static int behindSpace(byte[] bytes, int from, int end) {
        if (from < 0) {
            return -1;
        }
        for (int i = from; i < end; i++) {
            if (bytes[i] == ' ') {
                return i + 1;
            }
        }
        return -1;
    }

    private static String text(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }
}
