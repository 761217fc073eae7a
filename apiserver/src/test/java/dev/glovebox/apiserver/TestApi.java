package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.pki.TokenKey;
import dev.glovebox.apiserver.podsecurity.PodSecurityConfiguration;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.cluster.Frames;
import dev.glovebox.model.ApiException;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.sqlite.SqliteStore;
import dev.glovebox.testkit.ManualClock;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The whole pipeline over a store of its own, for tests that speak as a client does.
final class TestApi implements AutoCloseable {
    static final User ADMIN = new User("admin", List.of("system:masters"));
    static final String PODS = "/api/v1/namespaces/default/pods";
    static final String CLASSES = "/apis/node.k8s.io/v1/runtimeclasses";

    private static final HistoryLimit HISTORY = new HistoryLimit(1000, 32L << 20);

    final ManualClock clock = ManualClock.atNoon();

    /// What nodes tell of what is used, by node.
    final Map<String, JsonNode> summaries = new HashMap<>();

    private final Store store;
    private final ApiServer api;
    private Annotations noted = new Annotations();

    /// What came back.
    record Reply(int code, JsonNode body, List<String> warnings) {
        String at(String pointer) {
            return body.at(pointer).asText();
        }

        String message() {
            return at("/message");
        }
    }

    TestApi(Path directory, TrustLevel trust) {
        this(directory, trust, PodSecurityConfiguration.STANDARD);
    }

    TestApi(Path directory, TrustLevel trust, PodSecurityConfiguration podSecurity) {
        store = SqliteStore.open(directory, HISTORY);
        api =
                new ApiServer(
                        new ApiServer.Settings(
                                store,
                                CustomResourceDefinitions.builtInKinds(Schemas.kubernetes(), clock),
                                Schemas.kubernetes(),
                                TokenKey.open(directory.resolve("pki")),
                                nodes -> summaries,
                                trust,
                                podSecurity,
                                clock));
        bootstrap();
        account("default");
    }

    /// Begins as an engine does.
    void bootstrap() {
        new Bootstrap(api).run();
    }

    /// Makes a namespace's account of pods that name none, which is a controller's work.
    void account(String namespace) {
        post(
                "/api/v1/namespaces/" + namespace + "/serviceaccounts",
                "{\"metadata\":{\"name\":\"default\"}}");
    }

    /// Writes more than the store remembers.
    void forgetThePast() {
        long revision = 0;
        for (int i = 0; i <= HISTORY.events(); i++) {
            if (store.put("others/a", revision, new byte[0])
                    instanceof Store.WriteResult.Written(Entry entry)) {
                revision = entry.revision();
            }
        }
    }

    /// A pod that is complete enough.
    static String pod(String name, String moreOfSpec) {
        return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
         "spec":{"containers":[{"name":"c","image":"app:1"}]%s}}
        """
                .formatted(name, moreOfSpec.isEmpty() ? "" : "," + moreOfSpec);
    }

    Reply get(String path) {
        return send(ADMIN, "GET", path, "application/json", "", "");
    }

    Reply post(String path, String body) {
        return send(ADMIN, "POST", path, "", "application/json", body);
    }

    Reply put(String path, String body) {
        return send(ADMIN, "PUT", path, "", "application/json", body);
    }

    Reply patch(String path, String type, String body) {
        return send(ADMIN, "PATCH", path, "", "application/" + type + "-patch+json", body);
    }

    Reply delete(String path) {
        return send(ADMIN, "DELETE", path, "", "", "");
    }

    Reply send(User user, String method, String path, String accept, String type, String body) {
        return send(user, method, path, accept, type, body.getBytes(StandardCharsets.UTF_8));
    }

    Reply send(User user, String method, String path, String accept, String type, byte[] body) {
        try {
            Answer answer = api.handle(call(user, method, path, accept, type, body));
            return switch (answer) {
                case Answer.Whole(int code, String contentType, byte[] whole, var warnings) ->
                        reply(code, contentType, whole, warnings);
                case Answer.Listing(String contentType, Answer.Body list, var warnings) ->
                        reply(200, contentType, list.bytes(), warnings);
                case Answer.ToNode(String node, String place) ->
                        new Reply(
                                299,
                                com.fasterxml.jackson.databind.node.TextNode.valueOf(node + place),
                                List.of());
                case Answer.Proxied proxied ->
                        new Reply(
                                299,
                                com.fasterxml.jackson.databind.node.TextNode.valueOf(
                                        proxied.to() + " " + proxied.path()),
                                List.of());
                case Answer.Stream stream -> throw new AssertionError("a stream: " + path);
            };
        } catch (ApiException e) {
            return new Reply(e.code(), StatusObject.of(e), e.warnings());
        }
    }

    /// What was noted of the last request for the record.
    Map<String, String> notes() {
        return noted.all();
    }

    private static Reply reply(int code, String contentType, byte[] body, List<String> warnings) {
        return new Reply(
                code,
                contentType.equals("application/json")
                        ? tree(body)
                        : com.fasterxml.jackson.databind.node.TextNode.valueOf(
                                new String(body, StandardCharsets.UTF_8)),
                warnings);
    }

    /// An answer as JSON.
    static JsonNode tree(byte[] json) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readTree(json);
        } catch (java.io.IOException e) {
            throw new AssertionError("an answer that is no JSON", e);
        }
    }

    Frames watch(String path) {
        if (api.handle(call(ADMIN, "GET", path, "", "", new byte[0]))
                instanceof Answer.Stream stream) {
            return stream.frames();
        }
        throw new AssertionError("no stream: " + path);
    }

    /// The next events as `TYPE name`, waiting for the first.
    static List<String> events(Frames frames) throws InterruptedException {
        String text = new String(frames.next(Duration.ofMinutes(1)), StandardCharsets.UTF_8);
        List<String> events = new ArrayList<>();
        for (String line : text.lines().toList()) {
            JsonNode event = tree(line.getBytes(StandardCharsets.UTF_8));
            String name = event.at("/object/metadata/name").asText();
            events.add((event.path("type").asText() + " " + name).strip());
        }
        return events;
    }

    private Call call(
            User user, String method, String path, String accept, String type, byte[] body) {
        int at = path.indexOf('?');
        noted = new Annotations();
        return new Call(
                user,
                method,
                at < 0 ? path : path.substring(0, at),
                at < 0 ? Map.of() : query(path.substring(at + 1)),
                accept,
                type,
                "test/1",
                Origin.LOCAL,
                noted,
                body);
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String part : text.split("&", -1)) {
            String[] pair = part.split("=", 2);
            query.computeIfAbsent(pair[0], any -> new ArrayList<>())
                    .add(URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    @Override
    public void close() {
        store.close();
    }
}
