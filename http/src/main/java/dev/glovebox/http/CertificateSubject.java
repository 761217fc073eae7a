package dev.glovebox.http;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// Whom a client certificate names, as Kubernetes reads it: the common name is the user, each
/// organization a group. Whether the certificate is to be believed TLS has found out by then.
///
/// @param user never empty
/// @param groups in the certificate's order
public record CertificateSubject(String user, List<String> groups) {
    /// Copies the groups.
    public CertificateSubject {
        groups = List.copyOf(groups);
    }

    /// Whom it names; empty where it names nobody.
    public static Optional<CertificateSubject> of(X509Certificate certificate) {
        String user = "";
        List<String> groups = new ArrayList<>();
        try {
            LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : subject.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    user = String.valueOf(part.getValue());
                } else if (part.getType().equalsIgnoreCase("O")) {
                    groups.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(new CertificateSubject(user, groups));
    }
}
