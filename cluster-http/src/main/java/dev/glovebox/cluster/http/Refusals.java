package dev.glovebox.cluster.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.model.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What an API says when it refuses: a `Status`, or whatever a proxy before it has to say.
final class Refusals {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Most of a text that is no `Status` that goes into a message, in characters.
    private static final int MOST = 300;

    private Refusals() {}

    /// The refusal of an answer with that code and body.
    static ApiException of(int code, byte[] body) {
        try {
            JsonNode status = JSON.readTree(body);
            if (status.path("kind").asText().equals("Status")) {
                return ApiException.told(
                        code,
                        status.path("reason").asText(),
                        status.path("message").asText(),
                        null);
            }
        } catch (IOException notJson) {
            return text(code, body);
        }
        return text(code, body);
    }

    private static ApiException text(int code, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String start = text.substring(0, Math.min(text.length(), MOST));
        return ApiException.told(code, "", "the server answered " + code + ": " + start, null);
    }
}
