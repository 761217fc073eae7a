package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server of admission webhooks for tests: what it answers at a path a test says, and what it was
/// asked a test can look at.
final class HookServer implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TlsServer server;
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();

    /// Fills in the response to a review, whose uid and permission are there.
    interface Behaviour {
        void answer(JsonNode request, ObjectNode response) throws IOException, InterruptedException;
    }

    HookServer() throws IOException {
        server = new TlsServer(this::review);
    }

    int port() {
        return server.port();
    }

    /// From now on answers so at a path.
    void at(String path, Behaviour behaviour) {
        behaviours.put(path, behaviour);
    }

    /// Sends whatever it is at a path.
    void raw(String path, HttpHandler handler) {
        server.at(
                path,
                exchange -> {
                    try (exchange) {
                        exchange.getRequestBody().readAllBytes();
                        handler.handle(exchange);
                    }
                });
    }

    /// Refuses with a message at a path.
    void denying(String path, String message) {
        at(
                path,
                (request, response) ->
                        response.put("allowed", false).putObject("status").put("message", message));
    }

    /// Answers with a patch at a path.
    void patching(String path, String operations) {
        at(path, (request, response) -> patch(response, operations));
    }

    static void patch(ObjectNode response, String operations) {
        response.put("patchType", "JSONPatch")
                .put(
                        "patch",
                        Base64.getEncoder()
                                .encodeToString(operations.getBytes(StandardCharsets.UTF_8)));
    }

    /// The `request`s of all reviews, in the order in which they came.
    List<JsonNode> asked() {
        return List.copyOf(asked);
    }

    void forget() {
        asked.clear();
    }

    /// A `clientConfig` of a path of this server.
    String config(String path) {
        return "{\"url\":\"https://localhost:%d%s\",\"caBundle\":\"%s\"}"
                .formatted(port(), path, server.authority());
    }

    /// A `clientConfig` of a Service.
    String serviceConfig(String path) {
        return "{\"service\":{\"name\":\"hook\",\"namespace\":\"default\",\"path\":\"%s\"},\"caBundle\":\"%s\"}"
                .formatted(path, server.authority());
    }

    private void review(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode review = MAPPER.readTree(exchange.getRequestBody());
            JsonNode request = review.path("request");
            asked.add(request);
            ObjectNode answer = MAPPER.createObjectNode();
            answer.set("apiVersion", review.path("apiVersion"));
            answer.put("kind", "AdmissionReview");
            ObjectNode response = answer.putObject("response").put("allowed", true);
            response.set("uid", request.path("uid"));
            Behaviour behaviour = behaviours.get(exchange.getRequestURI().getPath());
            if (behaviour != null) {
                behaviour.answer(request, response);
            }
            send(exchange, 200, MAPPER.writeValueAsBytes(answer));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void send(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.close();
    }
}
