package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.NodeAuthorizer;
import dev.glovebox.apiserver.auth.ServiceAccounts;
import dev.glovebox.apiserver.auth.Tokens;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Scalars;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Answers `serviceaccounts/token`. Source: `authentication.k8s.io/v1` TokenRequest.
final class TokenRequests {
    private static final String SCHEMA = "io.k8s.api.authentication.v1.TokenRequest";
    private static final String VERSION = "authentication.k8s.io/v1";
    private static final long HOUR = 3600;
    private static final long LEAST = 600;
    private static final long MOST = 1L << 32;

    private final Registry registry;
    private final Bodies bodies;
    private final Posts posts;
    private final Tokens tokens;
    private final Clock clock;

    TokenRequests(Registry registry, Bodies bodies, Posts posts, Tokens tokens, Clock clock) {
        this.posts = posts;
        this.registry = registry;
        this.bodies = bodies;
        this.tokens = tokens;
        this.clock = clock;
    }

    ObjectNode answer(Call call, Route route, WriteContext context) {
        ObjectNode request = bodies.read(call, VERSION, "TokenRequest", SCHEMA, context.warnings());
        posts.admit(route, request, bodies.schema(SCHEMA), context);
        ObjectNode account = registry.object(route.object());
        ObjectNode spec = Trees.object(request, "spec");
        if (!spec.has("expirationSeconds")) {
            spec.put("expirationSeconds", HOUR);
        }
        check(spec.path("expirationSeconds"));
        if (spec.path("audiences").isEmpty()) {
            spec.putArray("audiences").add(Tokens.ISSUER);
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("namespace", route.namespace());
        facts.put("serviceaccount", named(account));
        bind(route, spec, facts, call);
        List<String> audiences = new ArrayList<>();
        spec.path("audiences").forEach(each -> audiences.add(each.asText()));
        Duration life = Duration.ofSeconds(spec.path("expirationSeconds").asLong());
        String token =
                tokens.issue(
                        ServiceAccounts.userName(route.namespace(), route.name()),
                        audiences,
                        facts,
                        life);
        if (!spec.has("boundObjectRef")) {
            spec.putNull("boundObjectRef");
        }
        ObjectNode metadata = request.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid")) {
            metadata.set(field, account.path("metadata").path(field));
        }
        metadata.put("creationTimestamp", Scalars.time(clock.instant()));
        request.putObject("status")
                .put("token", token)
                .put("expirationTimestamp", Scalars.time(clock.instant().plus(life)));
        return request;
    }

    private static void check(JsonNode seconds) {
        FieldErrors errors = new FieldErrors();
        Path path = Path.of("spec.expirationSeconds");
        if (seconds.asLong() < LEAST) {
            errors.invalid(path, seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds.asLong() > MOST) {
            errors.invalid(path, seconds, "may not specify a duration larger than 2^32 seconds");
        }
        if (!errors.isEmpty()) {
            throw errors.refusal("authentication.k8s.io", "TokenRequest", "");
        }
    }

    private void bind(Route route, JsonNode spec, Map<String, Object> facts, Call call) {
        JsonNode reference = spec.path("boundObjectRef");
        String node = NodeAuthorizer.nodeOf(call.user());
        if (!reference.isObject()) {
            if (!node.isEmpty()) {
                throw forbidden(route, "node requested token not bound to a pod");
            }
            return;
        }
        String kind = reference.path("kind").asText();
        String plural =
                switch (reference.path("apiVersion").asText() + "/" + kind) {
                    case "v1/Pod" -> "pods";
                    case "v1/Secret" -> "secrets";
                    case "v1/Node" -> "nodes";
                    default ->
                            throw Refusals.badRequest(
                                    "cannot bind token to object of type /%s, Kind=%s"
                                            .formatted(
                                                    reference.path("apiVersion").asText(), kind));
                };
        String namespace = plural.equals("nodes") ? "" : route.namespace();
        String name = reference.path("name").asText();
        ObjectNode bound =
                registry.find("", plural, namespace, name).orElseThrow(() -> missing(plural, name));
        checkUid(reference, bound, plural);
        checkPod(route, plural, bound, node);
        facts.put(plural.substring(0, plural.length() - 1), named(bound));
        nodeOf(bound, plural).ifPresent(each -> facts.put("node", named(each)));
    }

    /// A token for a pod also says on which node the pod is.
    private Optional<ObjectNode> nodeOf(ObjectNode pod, String plural) {
        String node = pod.path("spec").path("nodeName").asText();
        return plural.equals("pods") && !node.isEmpty()
                ? registry.find("", "nodes", "", node)
                : Optional.empty();
    }

    private static void checkUid(JsonNode reference, ObjectNode bound, String plural) {
        String wanted = reference.path("uid").asText();
        String own = bound.path("metadata").path("uid").asText();
        if (!wanted.isEmpty() && !wanted.equals(own)) {
            throw Refusals.conflict(
                    plural,
                    new ApiException.Details(
                            reference.path("name").asText(), "", plural, List.of()),
                    "the UID in the bound object reference (%s) does not match the UID in record. The object might have been deleted and then recreated"
                            .formatted(wanted));
        }
    }

    /// A pod lends its own account only, and a node asks for its own pods only.
    private static void checkPod(Route route, String plural, ObjectNode pod, String node) {
        if (!plural.equals("pods")) {
            if (!node.isEmpty()) {
                throw forbidden(route, "node requested token bound to something other than a pod");
            }
            return;
        }
        String account = pod.path("spec").path("serviceAccountName").asText();
        if (!account.equals(route.name())) {
            throw Refusals.badRequest(
                    "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
                            .formatted(route.name()));
        }
        if (!node.isEmpty() && !pod.path("spec").path("nodeName").asText().equals(node)) {
            throw forbidden(
                    route, "node requested token bound to a pod scheduled on a different node");
        }
    }

    private static Map<String, Object> named(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return Map.of("name", metadata.path("name").asText(), "uid", metadata.path("uid").asText());
    }

    private static ApiException missing(String plural, String name) {
        return new ApiException(
                StatusReason.NOT_FOUND,
                "%s \"%s\" not found".formatted(plural, name),
                new ApiException.Details(name, "", plural, List.of()));
    }

    private static ApiException forbidden(Route route, String why) {
        return new ApiException(
                StatusReason.FORBIDDEN,
                "serviceaccounts \"%s\" is forbidden: %s".formatted(route.name(), why),
                new ApiException.Details(route.name(), "", "serviceaccounts", List.of()));
    }
}
