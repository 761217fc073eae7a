package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.TokenAuthenticator;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.http.CertificateSubject;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds out who asks: the subject of a client certificate, which TLS has verified by now (common
/// name the user, organizations the groups), or the account of a bearer token, else nobody in
/// particular; and in whose name, if they may speak for others.
final class Authentication {
    private static final String BEARER = "Bearer ";

    private final TokenAuthenticator tokens;
    private final Impersonation impersonation;

    Authentication(TokenAuthenticator tokens, Authorizer authorizer) {
        this.tokens = tokens;
        this.impersonation = new Impersonation(authorizer);
    }

    /// Who asks.
    ///
    /// @param user in whose name
    /// @param impersonator who it really is, where that is somebody else
    record Asker(User user, Optional<User> impersonator) {}

    /// @throws ApiException reason `Unauthorized` for credentials that are not valid here,
    ///   `Forbidden` for a request in the name of somebody for whom the asker may not speak
    Asker of(HttpExchange exchange) {
        Optional<X509Certificate> certificate = exchange.clientCertificates().stream().findFirst();
        Optional<String> authorization = exchange.headers().first("Authorization");
        User user =
                certificate
                        .map(Authentication::subject)
                        .or(() -> authorization.map(this::bearer))
                        .orElse(User.ANONYMOUS);
        User named = impersonation.of(user, exchange.headers());
        return new Asker(named, named.equals(user) ? Optional.empty() : Optional.of(user));
    }

    private User bearer(String authorization) {
        boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return Optional.of(authorization)
                .filter(any -> bearer)
                .flatMap(text -> tokens.user(text.substring(BEARER.length()).strip()))
                .orElseThrow(Authentication::unauthorized);
    }

    /// Whom a certificate names: its common name, and its organizations as groups.
    ///
    /// @throws ApiException reason `Unauthorized` where it names nobody
    static User subject(X509Certificate certificate) {
        CertificateSubject subject =
                CertificateSubject.of(certificate).orElseThrow(Authentication::unauthorized);
        List<String> groups = new ArrayList<>(subject.groups());
        groups.add(User.AUTHENTICATED);
        return new User(subject.user(), groups);
    }

    private static ApiException unauthorized() {
        return new ApiException(StatusReason.UNAUTHORIZED, "Unauthorized");
    }
}
