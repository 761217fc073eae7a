package dev.glovebox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A server of webhooks on this machine, outside of the engine: `/label` gives objects a label,
/// `/refuse` refuses those that are named `bad`; `/convert` has a host and a port for things of
/// `v1` and both in one text for all others.
final class HookServer implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String LABEL =
            "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"seen\":\"yes\"}}]";

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HookServer(HttpsServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", HookServer::review);
        server.createContext("/convert", HookServer::convert);
        server.start();
    }

    /// Listens on every address.
    ///
    /// @param port 0 for any free one
    static HookServer start(int port, Identity identity)
            throws IOException, GeneralSecurityException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity.tls()));
        return new HookServer(server);
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void review(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode review = MAPPER.readTree(exchange.getRequestBody());
            ObjectNode answer = MAPPER.createObjectNode().put("kind", "AdmissionReview");
            answer.set("apiVersion", review.path("apiVersion"));
            ObjectNode response = answer.putObject("response");
            response.set("uid", review.at("/request/uid"));
            boolean bad = review.at("/request/name").asText().equals("bad");
            switch (exchange.getRequestURI().getPath()) {
                case "/label" ->
                        response.put("allowed", true)
                                .put("patchType", "JSONPatch")
                                .put(
                                        "patch",
                                        Base64.getEncoder()
                                                .encodeToString(
                                                        LABEL.getBytes(StandardCharsets.UTF_8)))
                                .putObject("auditAnnotations")
                                .put("note", "labelled");
                case "/refuse" -> {
                    response.put("allowed", !bad).putArray("warnings").add("looked at");
                    response.putObject("status").put("message", "bad names are refused");
                }
                default -> response.put("allowed", true);
            }
            send(exchange, answer);
        }
    }

    private static void send(HttpExchange exchange, ObjectNode answer) throws IOException {
        byte[] body = MAPPER.writeValueAsBytes(answer);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void convert(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode review = MAPPER.readTree(exchange.getRequestBody());
            ObjectNode answer = MAPPER.createObjectNode().put("kind", "ConversionReview");
            answer.set("apiVersion", review.path("apiVersion"));
            ObjectNode response = answer.putObject("response");
            response.set("uid", review.at("/request/uid"));
            response.putObject("result").put("status", "Success");
            ArrayNode objects = response.putArray("convertedObjects");
            String wanted = review.at("/request/desiredAPIVersion").asText();
            review.at("/request/objects").forEach(each -> objects.add(converted(each, wanted)));
            send(exchange, answer);
        }
    }

    private static ObjectNode converted(JsonNode thing, String apiVersion) {
        ObjectNode converted = thing.deepCopy();
        JsonNode spec = converted.put("apiVersion", apiVersion).path("spec");
        ObjectNode changed = converted.putObject("spec");
        if (apiVersion.endsWith("/v1")) {
            String[] parts = spec.path("address").asText(":0").split(":", 2);
            changed.put("host", parts[0]).put("port", Integer.parseInt(parts[1]));
        } else {
            changed.put("address", spec.path("host").asText() + ":" + spec.path("port").asInt());
        }
        return converted;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /// A certificate that vouches for itself, for `localhost` and `hook.hooks.svc`.
    ///
    /// @param store PKCS #12
    /// @param certificate PEM in base64, as a `caBundle` has it
    record Identity(Path store, String certificate) {
        private static final String PASSWORD = "changeit";

        static Identity in(Path directory, String name) throws IOException {
            Path store = directory.resolve(name + ".p12");
            keytool(
                    store,
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=dns:localhost,dns:hook.hooks.svc");
            Path pem = directory.resolve(name + ".pem");
            keytool(store, "-exportcert", "-rfc", "-file", pem.toString());
            return new Identity(store, Base64.getEncoder().encodeToString(Files.readAllBytes(pem)));
        }

        private static void keytool(Path store, String... words) {
            Command.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString())
                    .and(words)
                    .and("-alias", "own", "-keystore", store.toString(), "-storepass", PASSWORD)
                    .run()
                    .ok();
        }

        SSLContext tls() throws IOException, GeneralSecurityException {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        }
    }
}
