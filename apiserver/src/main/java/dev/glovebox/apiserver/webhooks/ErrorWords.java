package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What is said of an HTTP answer that is no success. Source: apimachinery's
/// `NewGenericServerResponse`.
///
/// @param answer whose code is no 2xx
record ErrorWords(HttpsPost.Answer answer) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int SERVER_ERRORS = 500;
    private static final int LONGEST = 2048;

    String text() {
        String status = status();
        if (!status.isEmpty()) {
            return status;
        }
        return switch (answer.code()) {
            case 400 -> "the server rejected our request for an unknown reason";
            case 401 -> "the server has asked for the client to provide credentials";
            case 403, 415 -> said();
            case 404 -> "the server could not find the requested resource";
            case 405 -> "the server does not allow this method on the requested resource";
            case 406 ->
                    "the server was unable to respond with a content type that the client supports";
            case 409 -> "the server reported a conflict";
            case 422 -> "the server rejected our request due to an error in our request";
            case 429 ->
                    "the server has received too many requests and has asked us to try again later";
            case 503 -> "the server is currently unable to handle the request";
            case 504 ->
                    "the server was unable to return a response in the time allotted, but may still be processing the request";
            default ->
                    answer.code() >= SERVER_ERRORS
                            ? "an error on the server (\"%s\") has prevented the request from succeeding"
                                    .formatted(said())
                            : "the server responded with the status code %d but did not return more information"
                                    .formatted(answer.code());
        };
    }

    /// A server that answers with a `Status` is taken at its word.
    private String status() {
        try {
            JsonNode body = MAPPER.readTree(answer.body());
            return body != null
                            && body.path("kind").asText().equals("Status")
                            && body.path("status").asText().equals("Failure")
                    ? cut(body.path("message").asText())
                    : "";
        } catch (IOException e) {
            return "";
        }
    }

    /// Text that is meant for people.
    private String said() {
        String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
        return answer.contentType().startsWith("text/") && !text.isEmpty() ? cut(text) : "unknown";
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST));
    }
}
