package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.Call;
import dev.glovebox.apiserver.Origin;
import dev.glovebox.apiserver.RequestInfo;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.apiserver.rules.IpAddress;
import dev.glovebox.http.HttpExchange;
import java.util.Optional;

/// A request before its body is read.
///
/// @param bare the call with an empty body
/// @param about what it is about, empty if that is no resource
record Asked(
        HttpExchange exchange,
        Authentication.Asker asker,
        Target target,
        Call bare,
        Optional<RequestAttributes> about) {
    private static final byte[] NOTHING = new byte[0];

    static Asked of(HttpExchange exchange, Authentication.Asker asker, Target target) {
        Call bare = call(exchange, asker, target, NOTHING);
        return new Asked(exchange, asker, target, bare, RequestInfo.of(asker.user(), bare));
    }

    /// Whether the API looks at a body: it does not for what only reads.
    boolean mayHaveBody() {
        return !exchange.method().equals("GET") && !exchange.method().equals("HEAD");
    }

    Call withBody(byte[] body) {
        return call(exchange, asker, target, body);
    }

    private static Call call(
            HttpExchange exchange, Authentication.Asker asker, Target target, byte[] body) {
        return new Call(
                asker.user(),
                exchange.method(),
                target.path(),
                target.query(),
                exchange.headers().joined("Accept"),
                exchange.headers().first("Content-Type").orElse(""),
                exchange.headers().first("User-Agent").orElse(""),
                new Origin(IpAddress.spelled(exchange.remoteAddress()), asker.impersonator()),
                new Annotations(),
                body);
    }
}
