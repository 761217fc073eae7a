package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/// A conversion webhook for tests: `v1` has a host and a port, every other version has both in one
/// text; a test may change what it answers.
final class ConversionServer implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TlsServer server;
    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private volatile UnaryOperator<ObjectNode> change = UnaryOperator.identity();
    private volatile String raw = "";

    ConversionServer() throws IOException {
        server = new TlsServer(this::review);
    }

    int port() {
        return server.port();
    }

    /// From now on every review is changed so before it is sent.
    void answering(UnaryOperator<ObjectNode> with) {
        change = with;
    }

    /// From now on objects are changed so after they were converted.
    void changing(java.util.function.Consumer<ObjectNode> objects) {
        answering(review -> {
            review.at("/response/convertedObjects")
                    .forEach(each -> objects.accept((ObjectNode) each));
            return review;
        });
    }

    /// From now on converts nothing, and says why.
    void failing(String message) {
        answering(review -> {
            ObjectNode response = (ObjectNode) review.path("response");
            response.remove("convertedObjects");
            response.putObject("result").put("status", "Failure").put("message", message);
            return review;
        });
    }

    /// From now on sends this, whatever it is; the empty text for an answer again.
    void sending(String text) {
        raw = text;
    }

    void converting() {
        answering(UnaryOperator.identity());
        sending("");
    }

    /// The reviews that came, in their order.
    List<JsonNode> asked() {
        return List.copyOf(asked);
    }

    /// How many reviews came since this was asked last.
    int count() {
        int count = asked.size();
        asked.clear();
        return count;
    }

    /// A `spec.conversion` that names this server.
    String conversion(String reviewVersions) {
        return clientConfig(
                "\"url\":\"https://localhost:%d/convert\"".formatted(port()), reviewVersions);
    }

    /// A `spec.conversion` that names a Service.
    String conversionByService() {
        return clientConfig(
                "\"service\":{\"name\":\"hook\",\"namespace\":\"default\",\"path\":\"/convert\"}",
                "\"v1\"");
    }

    private String clientConfig(String place, String reviewVersions) {
        return """
        {"strategy":"Webhook","webhook":{"conversionReviewVersions":[%s],
          "clientConfig":{"caBundle":"%s",%s}}}
        """
                .formatted(reviewVersions, server.authority(), place);
    }

    private void review(HttpExchange exchange) throws IOException {
        try (exchange) {
            ObjectNode review = (ObjectNode) MAPPER.readTree(exchange.getRequestBody());
            asked.add(review.deepCopy());
            JsonNode request = review.remove("request");
            ObjectNode response = review.putObject("response");
            response.set("uid", request.path("uid"));
            response.putObject("result").put("status", "Success");
            ArrayNode objects = response.putArray("convertedObjects");
            String wanted = request.path("desiredAPIVersion").asText();
            request.path("objects")
                    .forEach(each -> objects.add(converted((ObjectNode) each, wanted)));
            byte[] body =
                    raw.isEmpty()
                            ? MAPPER.writeValueAsBytes(change.apply(review))
                            : raw.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    static ObjectNode converted(ObjectNode object, String apiVersion) {
        ObjectNode converted = object.deepCopy().put("apiVersion", apiVersion);
        if (!(converted.path("spec") instanceof ObjectNode spec)) {
            return converted;
        }
        if (apiVersion.endsWith("/v1")) {
            String[] parts = spec.path("address").asText(":0").split(":", 2);
            spec.remove(List.of("address", "new"));
            spec.put("host", parts[0]).put("port", Integer.parseInt(parts[1]));
        } else {
            String address = spec.path("host").asText() + ":" + spec.path("port").asInt();
            spec.remove(List.of("host", "port", "old"));
            spec.put("address", address);
        }
        return converted;
    }

    @Override
    public void close() {
        server.close();
    }
}
