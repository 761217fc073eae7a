package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.audit.Audit;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.TokenAuthenticator;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.http.ServerTls;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// What the API's HTTP face is made of.
///
/// @param listen address and port, 0 for any free one
/// @param tls the server's identity and its clients' authority
/// @param limits what one client may take
/// @param kinds what discovery and OpenAPI tell of, at the moment of asking
/// @param schemas their schemas
/// @param authorizer judges paths that name no resource, and who may speak as somebody else
/// @param tokens says whose a bearer token is
/// @param audit records requests
/// @param nodes the way to nodes
/// @param metrics count requests
/// @param readiness what has to be well for `/readyz`, beside the server itself
public record ApiHttpSettings(
        InetSocketAddress listen,
        ServerTls tls,
        HttpSettings.Limits limits,
        Supplier<KindCatalogue> kinds,
        Schemas schemas,
        Authorizer authorizer,
        TokenAuthenticator tokens,
        Audit audit,
        NodeDialer nodes,
        ApiMetrics metrics,
        List<HealthCheck> readiness) {
    /// Copies the checks.
    public ApiHttpSettings {
        Objects.requireNonNull(listen, "listen");
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(kinds, "kinds");
        Objects.requireNonNull(schemas, "schemas");
        Objects.requireNonNull(authorizer, "authorizer");
        Objects.requireNonNull(tokens, "tokens");
        Objects.requireNonNull(audit, "audit");
        Objects.requireNonNull(nodes, "nodes");
        Objects.requireNonNull(metrics, "metrics");
        readiness = List.copyOf(readiness);
    }
}
