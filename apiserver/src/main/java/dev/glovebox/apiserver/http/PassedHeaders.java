package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.rules.IpAddress;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/// Which headers of a request are passed on to something inside the cluster, and which of its
/// answer are passed back. Nothing that concerns one hop only (RFC 9110, 7.6.1); no credentials of
/// the client, whom they belong to: who serves there is not to be trusted with them.
final class PassedHeaders {
    private static final Set<String> ONE_HOP =
            Set.of(
                    "connection",
                    "proxy-connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings",
                    "content-length",
                    "expect");

    /// What says who the client is, for this server or for one before it.
    private static final Set<String> CREDENTIALS =
            Set.of("authorization", "cookie", "x-forwarded-client-cert", "x-client-cert");

    /// Beginnings of names that say so, and of what only our HTTP/2 has added.
    private static final List<String> CREDENTIALS_OR_OURS =
            List.of("impersonate-", "x-remote-", "x-ssl-", "ssl-client-", "x-http2-");

    /// Protocols of WebSockets that are tokens. Source: Kubernetes' `websocket` authenticator.
    private static final String TOKEN_PROTOCOL = "base64url.bearer.authorization.k8s.io.";

    private static final String PROTOCOL = "sec-websocket-protocol";

    private PassedHeaders() {}

    /// What goes on of a request.
    ///
    /// @param uri its path as the client knows it
    static Headers on(HttpExchange exchange, String uri) {
        Headers given = exchange.headers();
        Set<String> dropped = named(given);
        dropped.addAll(CREDENTIALS);
        dropped.addAll(Set.of("x-forwarded-for", "x-forwarded-uri", PROTOCOL));
        Headers headers =
                only(
                        given,
                        name ->
                                !dropped.contains(name)
                                        && CREDENTIALS_OR_OURS.stream()
                                                .noneMatch(name::startsWith));
        String protocols = protocols(given.joined(PROTOCOL));
        if (!protocols.isEmpty()) {
            headers = headers.with("Sec-WebSocket-Protocol", protocols);
        }
        headers = headers.with("X-Forwarded-Uri", uri);
        String before = given.joined("X-Forwarded-For");
        if (!exchange.remoteAddress().isEmpty()) {
            headers =
                    headers.with(
                            "X-Forwarded-For",
                            (before.isEmpty() ? "" : before + ", ")
                                    + IpAddress.spelled(exchange.remoteAddress()));
        }
        return exchange.wantsUpgrade()
                ? headers.with("Connection", "Upgrade").with("Upgrade", given.joined("Upgrade"))
                : headers.with("Connection", "close");
    }

    /// What goes back of an answer. A cookie would be one of this server, for all that is behind
    /// it.
    static Headers back(Headers given) {
        Set<String> dropped = named(given);
        dropped.addAll(Set.of("set-cookie", "set-cookie2"));
        return only(given, name -> !dropped.contains(name));
    }

    /// What concerns one hop, by its nature or because the sender says so.
    private static Set<String> named(Headers given) {
        Set<String> names = new HashSet<>(ONE_HOP);
        Arrays.stream(given.joined("Connection").split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .forEach(names::add);
        return names;
    }

    private static Headers only(Headers given, Predicate<String> kept) {
        return new Headers(
                given.all().stream()
                        .filter(header -> kept.test(header.name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    private static String protocols(String offered) {
        return String.join(
                ", ",
                Arrays.stream(offered.split(",", -1))
                        .map(String::strip)
                        .filter(each -> !each.isEmpty() && !each.startsWith(TOKEN_PROTOCOL))
                        .toList());
    }
}
