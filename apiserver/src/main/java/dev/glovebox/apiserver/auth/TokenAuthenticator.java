package dev.glovebox.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Finds out whose a token is. A token dies with its account and with what it is bound to, at once
/// or when the time comes that the object is to be gone.
public final class TokenAuthenticator {
    private static final int LONGEST = 16 * 1024;
    private static final String EXTRA = "authentication.kubernetes.io/";

    /// How long a token outlives the moment at which its pod is to be gone, while the pod is not.
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    private final Tokens tokens;
    private final ObjectLookup objects;
    private final Clock clock;

    /// Looks tokens up in what is stored.
    ///
    /// @param objects accounts, and what tokens are bound to
    public TokenAuthenticator(Tokens tokens, ObjectLookup objects, Clock clock) {
        this.tokens = tokens;
        this.objects = objects;
        this.clock = clock;
    }

    /// Whose a token is, and for whom.
    ///
    /// @param audiences of these, those that the token is for
    public record Authenticated(User user, List<String> audiences) {
        /// Copies the audiences.
        public Authenticated {
            audiences = List.copyOf(audiences);
        }
    }

    /// The user of a token for the API server.
    public Optional<User> user(String token) {
        return check(token, List.of(Tokens.ISSUER)).map(Authenticated::user);
    }

    /// The user of a token that is for at least one of these; empty where there is none.
    public Optional<Authenticated> check(String token, List<String> audiences) {
        if (token.length() > LONGEST) {
            return Optional.empty();
        }
        return tokens.check(token)
                .filter(this::isAlive)
                .map(claims ->
                        new Authenticated(
                                user(claims),
                                audiences.stream().filter(claims.audiences()::contains).toList()))
                .filter(found -> !found.audiences().isEmpty());
    }

    private static User user(Tokens.Claims claims) {
        Map<String, List<String>> extra = new TreeMap<>();
        extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.id()));
        for (String part : List.of("pod", "node")) {
            for (String field : List.of("name", "uid")) {
                String value = claims.fact(part, field);
                if (!value.isEmpty()) {
                    extra.put(EXTRA + part + "-" + field, List.of(value));
                }
            }
        }
        return ServiceAccounts.user(
                claims.namespace(),
                claims.fact("serviceaccount", "name"),
                claims.fact("serviceaccount", "uid"),
                extra);
    }

    private boolean isAlive(Tokens.Claims claims) {
        String namespace = claims.namespace();
        return exists(claims, "serviceaccount", "serviceaccounts", namespace)
                && (!claims.facts().containsKey("pod") || exists(claims, "pod", "pods", namespace))
                && (!claims.facts().containsKey("secret")
                        || exists(claims, "secret", "secrets", namespace))
                && (claims.facts().containsKey("pod")
                        || !claims.facts().containsKey("node")
                        || exists(claims, "node", "nodes", ""));
    }

    private boolean exists(Tokens.Claims claims, String part, String plural, String namespace) {
        Optional<ObjectNode> found = objects.find("", plural, namespace, claims.fact(part, "name"));
        return found.isPresent()
                && found.get()
                        .path("metadata")
                        .path("uid")
                        .asText()
                        .equals(claims.fact(part, "uid"))
                && !isOverdue(found.get());
    }

    /// A pod that is ending has its grace, and its token with it.
    private boolean isOverdue(ObjectNode object) {
        JsonNode moment = object.path("metadata").path("deletionTimestamp");
        return moment.isTextual()
                && Instant.parse(moment.asText()).isBefore(clock.instant().minus(LEEWAY));
    }
}
