package dev.glovebox.node.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.http.CertificateSubject;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lets through whom the API server knows and allows: a client certificate that TLS has verified,
/// or a bearer token that the API server recognizes, and then what the API server says of that
/// user, this node and what is asked. Nothing is remembered, so that a right that was taken away is
/// gone at once. Source: the kubelet's `authentication.webhook` and `authorization.mode: Webhook`.
public final class ReviewedAccess implements NodeAccess {
    private static final String BEARER = "Bearer ";
    private static final String AUTHENTICATED = "system:authenticated";

    /// As long as the API's own tokens can be; a longer one is nobody's.
    private static final int LONGEST = 16 << 10;

    /// Parts of the API that have a name of their own in roles; everything else is `proxy`.
    private static final Map<String, String> PARTS =
            Map.of(
                    "stats", "stats",
                    "metrics", "metrics",
                    "healthz", "healthz",
                    "pods", "pods");

    private static final Map<String, String> VERBS =
            Map.of(
                    "POST", "create",
                    "GET", "get",
                    "HEAD", "get",
                    "PUT", "update",
                    "PATCH", "patch",
                    "DELETE", "delete");

    private final Cluster cluster;
    private final String node;

    /// Access to `node`, as `cluster` judges it; its identity may create both kinds of review, as
    /// Kubernetes lets nodes do.
    public ReviewedAccess(Cluster cluster, String node) {
        this.cluster = cluster;
        this.node = node;
    }

    @Override
    public void require(HttpExchange exchange) {
        ObjectNode user = user(exchange).orElseThrow(ReviewedAccess::unauthorized);
        List<String> path = Query.parse(exchange.target()).path();
        String part = path.isEmpty() ? "" : path.getFirst();
        String verb = VERBS.getOrDefault(exchange.method(), "");
        String named = PARTS.getOrDefault(part, "proxy");
        if (!allowed(user, verb, "proxy")
                && (named.equals("proxy") || !allowed(user, verb, named))) {
            throw new ApiException(
                    StatusReason.FORBIDDEN,
                    "Forbidden (user=%s, verb=%s, resource=nodes, subresource(s)=[%s])"
                            .formatted(user.path("username").asText(), verb, named));
        }
        exchange.vouch();
    }

    private boolean allowed(ObjectNode user, String verb, String subresource) {
        Review review = Review.ofAccess();
        ObjectNode spec = review.question();
        spec.put("user", user.path("username").asText());
        spec.set("groups", user.path("groups"));
        if (user.has("uid")) {
            spec.set("uid", user.path("uid"));
        }
        if (user.has("extra")) {
            spec.set("extra", user.path("extra"));
        }
        spec.putObject("resourceAttributes")
                .put("verb", verb)
                .put("version", "v1")
                .put("resource", "nodes")
                .put("subresource", subresource)
                .put("name", node);
        JsonNode status = cluster.create(Review.ACCESS, review).answer();
        return status.path("allowed").asBoolean() && !status.path("denied").asBoolean();
    }

    private Optional<ObjectNode> user(HttpExchange exchange) {
        List<X509Certificate> chain = exchange.clientCertificates();
        if (!chain.isEmpty()) {
            return CertificateSubject.of(chain.getFirst()).map(ReviewedAccess::user);
        }
        return exchange.headers()
                .first("Authorization")
                .filter(text -> text.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(text -> text.substring(BEARER.length()).strip())
                .filter(token -> !token.isEmpty() && token.length() <= LONGEST)
                .flatMap(this::bearer);
    }

    private Optional<ObjectNode> bearer(String token) {
        JsonNode status = cluster.create(Review.TOKENS, Review.ofToken(token)).answer();
        return status.path("authenticated").asBoolean()
                        && status.path("user") instanceof ObjectNode user
                ? Optional.of(user)
                : Optional.empty();
    }

    private static ObjectNode user(CertificateSubject subject) {
        ObjectNode user = JsonNodeFactory.instance.objectNode().put("username", subject.user());
        ArrayNode groups = user.putArray("groups");
        subject.groups().forEach(groups::add);
        groups.add(AUTHENTICATED);
        return user;
    }

    private static ApiException unauthorized() {
        return new ApiException(StatusReason.UNAUTHORIZED, "Unauthorized");
    }
}
