package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// Finds out who asks: the subject of a client certificate, which TLS has verified by now (common
/// name the user, organizations the groups), else nobody in particular.
final class Authentication {
    private static final User ANONYMOUS =
            new User("system:anonymous", List.of("system:unauthenticated"));
    private static final String AUTHENTICATED = "system:authenticated";

    private Authentication() {}

    /// @throws ApiException reason `Unauthorized` for credentials of a kind that is not known here,
    ///   `Forbidden` for a request in somebody else's name, which is not served and must not pass
    ///   as one's own
    static User of(HttpExchange exchange) {
        Optional<X509Certificate> certificate = exchange.clientCertificates().stream().findFirst();
        if (certificate.isEmpty() && exchange.headers().first("Authorization").isPresent()) {
            throw new ApiException(StatusReason.UNAUTHORIZED, "Unauthorized");
        }
        boolean impersonates =
                exchange.headers().all().stream()
                        .anyMatch(header ->
                                header.name().regionMatches(true, 0, "Impersonate-", 0, 12));
        if (impersonates) {
            throw new ApiException(
                    StatusReason.FORBIDDEN, "impersonation is not supported by this server");
        }
        return certificate.map(Authentication::subject).orElse(ANONYMOUS);
    }

    private static User subject(X509Certificate certificate) {
        String name = "";
        List<String> groups = new ArrayList<>();
        try {
            LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : subject.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    name = String.valueOf(part.getValue());
                } else if (part.getType().equalsIgnoreCase("O")) {
                    groups.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            throw new ApiException(StatusReason.UNAUTHORIZED, "Unauthorized");
        }
        if (name.isEmpty()) {
            throw new ApiException(StatusReason.UNAUTHORIZED, "Unauthorized");
        }
        groups.add(AUTHENTICATED);
        return new User(name, groups);
    }
}
