package dev.glovebox.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Frames;
import dev.glovebox.cluster.RestCluster;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpServer;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an API server says of tokens and rights, and what a node makes of it. Client certificates
/// are in `AgentIT`.
class ReviewedAccessTest {
    private final Judge judge = new Judge();

    @ParameterizedTest
    @CsvSource({
        "admin, GET, /containerLogs/a/b/c, 200",
        "admin, POST, /exec/a/b/c, 200",
        "reader, GET, /stats/summary, 200",
        "reader, GET, /pods, 403",
        "reader, GET, /exec/a/b/c, 403",
        "reader, POST, /stats/summary, 403",
        "nobody, GET, /pods, 401",
        "unsure, GET, /pods, 500",
    })
    void the_api_server_is_asked_for_each_request(
            String token, String method, String path, int code) throws Exception {
        assertThat(answer("Bearer " + token, method, path)).isEqualTo(code);
    }

    @Test
    void without_credentials_nobody_is_asked() throws Exception {
        assertThat(answer("", "GET", "/healthz")).isEqualTo(401);
        assertThat(answer("Basic YWRtaW46", "GET", "/healthz")).isEqualTo(401);
        assertThat(answer("Bearer " + "a".repeat(20_000), "GET", "/healthz")).isEqualTo(401);
        assertThat(judge.asked).isEmpty();
    }

    @Test
    void a_right_is_asked_for_this_node_with_all_that_is_known_of_the_user() throws Exception {
        answer("Bearer reader", "GET", "/stats/summary");

        JsonNode spec = judge.asked.getLast().path("spec");
        assertThat(spec.path("user").asText()).isEqualTo("reader");
        assertThat(spec.path("groups").toString()).isEqualTo("[\"readers\"]");
        assertThat(spec.at("/extra/why/0").asText()).isEqualTo("because");
        assertThat(spec.path("resourceAttributes").toString())
                .isEqualTo(
                        "{\"verb\":\"get\",\"version\":\"v1\",\"resource\":\"nodes\",\"subresource\":\"stats\",\"name\":\"n1\"}");
    }

    private int answer(String authorization, String method, String path)
            throws IOException, InterruptedException {
        ReviewedAccess access = new ReviewedAccess(judge, "n1");
        HttpServer server =
                HttpServer.start(
                        new HttpSettings(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Optional.empty(),
                                HttpSettings.Limits.DEFAULT),
                        exchange -> {
                            int code = 200;
                            try {
                                access.require(exchange);
                            } catch (ApiException e) {
                                code = e.code();
                            }
                            exchange.respond(
                                    code, Headers.of("Content-Type", "text/plain"), new byte[0]);
                        });
        try (HttpClient client = HttpClient.newHttpClient()) {
            int port = ((InetSocketAddress) server.address()).getPort();
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .method(method, HttpRequest.BodyPublishers.noBody());
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } finally {
            server.close();
        }
    }

    /// Knows `admin`, who may do everything, and `reader`, who may read `nodes/stats`.
    private static final class Judge extends RestCluster {
        private static final ObjectMapper JSON = new ObjectMapper();
        private final List<JsonNode> asked = new ArrayList<>();

        @Override
        protected byte[] send(Request request) {
            try {
                ObjectNode review = (ObjectNode) JSON.readTree(request.body());
                asked.add(review.deepCopy());
                ObjectNode status = review.putObject("status");
                if (request.path().endsWith("/tokenreviews")) {
                    known(review.at("/spec/token").asText(), status);
                } else {
                    status.put("allowed", may(review.path("spec")));
                }
                return JSON.writeValueAsBytes(review);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private static void known(String token, ObjectNode status) {
            if (token.equals("unsure")) {
                throw new ApiException(StatusReason.INTERNAL_ERROR, "the webhook is down");
            }
            if (!token.equals("nobody")) {
                ObjectNode user = status.put("authenticated", true).putObject("user");
                user.put("username", token).putArray("groups").add(token + "s");
                user.putObject("extra").putArray("why").add("because");
            }
        }

        private static boolean may(JsonNode spec) {
            JsonNode what = spec.path("resourceAttributes");
            return spec.path("user").asText().equals("admin")
                    || (what.path("subresource").asText().equals("stats")
                            && what.path("verb").asText().equals("get"));
        }

        @Override
        protected Frames stream(Request request) {
            throw new AssertionError("nobody watches reviews");
        }
    }
}
