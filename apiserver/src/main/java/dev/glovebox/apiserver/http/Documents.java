package dev.glovebox.apiserver.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.Answer;
import dev.glovebox.apiserver.discovery.AggregatedDiscovery;
import dev.glovebox.apiserver.discovery.Discovery;
import dev.glovebox.apiserver.openapi.OpenApi;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the server says of itself: version, discovery, OpenAPI.
final class Documents {
    /// The API is Kubernetes 1.34's, as its exchanges were recorded with 1.34.4.
    static final String VERSION = "v1.34.4+glovebox";

    private static final String JSON = "application/json";
    private static final String DISCOVERY_GROUP = "apidiscovery.k8s.io";
    private static final String DISCOVERY_LIST = "APIGroupDiscoveryList";

    /// OpenAPI 2 as protobuf. The first is what clients before Kubernetes 1.27 ask for, though it
    /// is no media type by RFC 2045: the answer always bears the second.
    private static final List<String> PROTOBUF =
            List.of(
                    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
                    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");

    private final Discovery discovery;
    private final AggregatedDiscovery aggregated;
    private final OpenApi openApi;

    Documents(Discovery discovery, AggregatedDiscovery aggregated, OpenApi openApi) {
        this.discovery = discovery;
        this.aggregated = aggregated;
        this.openApi = openApi;
    }

    /// The document of a path; empty if it names none.
    ///
    /// @param host as the client calls this server
    Optional<Answer.Whole> answer(String path, String accept, String host) {
        String plain =
                path.length() > 1 && path.endsWith("/")
                        ? path.substring(0, path.length() - 1)
                        : path;
        return switch (plain) {
            case "/version" -> Optional.of(json(version()));
            case "/api" ->
                    Optional.of(
                            wantsAggregated(accept)
                                    .map(each -> aggregated(each, aggregated.core(each)))
                                    .orElseGet(() -> json(discovery.coreVersions(host))));
            case "/apis" ->
                    Optional.of(
                            wantsAggregated(accept)
                                    .map(each -> aggregated(each, aggregated.groups(each)))
                                    .orElseGet(() -> json(discovery.groups())));
            case "/openapi/v2" -> Optional.of(second(accept));
            case "/openapi/v3" ->
                    Optional.of(whole("text/plain; charset=utf-8", openApi.thirdIndex()));
            default -> below(plain);
        };
    }

    private Optional<Answer.Whole> below(String path) {
        String third = "/openapi/v3/";
        if (path.startsWith(third)) {
            return openApi.third(path.substring(third.length()))
                    .map(document -> whole(JSON, document.json()));
        }
        String[] parts = path.substring(1).split("/", -1);
        if (parts[0].equals("api") && parts.length == 2) {
            return discovery.resources("", parts[1]).map(Documents::json);
        }
        if (parts[0].equals("apis") && parts.length == 2) {
            return discovery.group(parts[1]).map(Documents::json);
        }
        if (parts[0].equals("apis") && parts.length == 3) {
            return discovery.resources(parts[1], parts[2]).map(Documents::json);
        }
        return Optional.empty();
    }

    private Answer.Whole second(String accept) {
        for (String clause : accept.split(",", -1)) {
            String type = clause.split(";", -1)[0].strip();
            if (PROTOBUF.contains(type)) {
                return whole(PROTOBUF.getLast(), openApi.secondAsProtobuf());
            }
        }
        return whole(JSON, openApi.second().json());
    }

    /// The version of aggregated discovery that the client would like best, if it would like any.
    private static Optional<String> wantsAggregated(String accept) {
        for (String clause : accept.split(",", -1)) {
            List<String> parts = List.of(clause.replace(" ", "").split(";", -1));
            boolean list =
                    parts.contains("g=" + DISCOVERY_GROUP)
                            && parts.contains("as=" + DISCOVERY_LIST);
            if (list && parts.contains("v=v2")) {
                return Optional.of("v2");
            }
            if (list && parts.contains("v=v2beta1")) {
                return Optional.of("v2beta1");
            }
            if (!list && parts.getFirst().toLowerCase(Locale.ROOT).equals(JSON)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Answer.Whole aggregated(String version, ObjectNode list) {
        return whole(
                "%s;g=%s;v=%s;as=%s".formatted(JSON, DISCOVERY_GROUP, version, DISCOVERY_LIST),
                list.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode version() {
        String architecture =
                switch (System.getProperty("os.arch", "")) {
                    case "amd64", "x86_64" -> "amd64";
                    case "aarch64" -> "arm64";
                    default -> System.getProperty("os.arch", "");
                };
        return JsonNodeFactory.instance
                .objectNode()
                .put("major", "1")
                .put("minor", "34")
                .put("gitVersion", VERSION)
                .put("gitCommit", "")
                .put("gitTreeState", "")
                .put("buildDate", "")
                .put("goVersion", "")
                .put("compiler", "javac")
                .put("platform", "linux/" + architecture);
    }

    private static Answer.Whole json(ObjectNode document) {
        return whole(JSON, document.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Answer.Whole whole(String contentType, byte[] body) {
        return new Answer.Whole(200, contentType, body, List.of());
    }
}
