package dev.glovebox.containerd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/// What the streaming server says at the end on its error channel: a `metav1.Status` in JSON. Safe
/// for use by any thread.
final class StreamStatus {
    /// More than any status has; what comes after it is dropped.
    private static final int LARGEST = 64 << 10;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    /// Takes a part of it.
    synchronized void append(byte[] bytes) {
        text.write(bytes, 0, Math.min(bytes.length, LARGEST - text.size()));
    }

    /// What it says; empty when the server said nothing.
    synchronized Optional<StreamEnd> end() {
        if (text.size() == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(JSON.readTree(text.toByteArray())));
        } catch (IOException e) {
            return Optional.of(new StreamEnd.Failed("an unreadable status of the stream"));
        }
    }

    private static StreamEnd read(JsonNode status) {
        if (status.path("status").asText("").equals("Success")) {
            return new StreamEnd.Succeeded();
        }
        for (JsonNode cause : status.path("details").path("causes")) {
            if (cause.path("reason").asText("").equals("ExitCode")) {
                return exited(cause.path("message").asText(""));
            }
        }
        return new StreamEnd.Failed(status.path("message").asText("a failure without a message"));
    }

    private static StreamEnd exited(String code) {
        try {
            return new StreamEnd.Exited(Integer.parseInt(code));
        } catch (NumberFormatException e) {
            return new StreamEnd.Failed("no exit code: " + code);
        }
    }
}
