package dev.glovebox.apiserver.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/// Whom a certificate is for.
///
/// @param commonName a user's name, for clients
/// @param organization a user's group; empty for none
/// @param purpose server or client
/// @param dnsNames names of a server
/// @param addresses IP addresses of a server, as Java writes them
record Subject(
        String commonName,
        String organization,
        KeyPurposeId purpose,
        Set<String> dnsNames,
        Set<String> addresses) {
    private static final int DNS = GeneralName.dNSName;
    private static final int IP = GeneralName.iPAddress;

    Subject {
        dnsNames = Set.copyOf(dnsNames);
        addresses = Set.copyOf(addresses);
    }

    static Subject server(Collection<String> dnsNames, Set<String> addresses) {
        return new Subject(
                "kube-apiserver",
                "",
                KeyPurposeId.id_kp_serverAuth,
                Set.copyOf(dnsNames),
                addresses);
    }

    static Subject client(String name, String group) {
        return new Subject(name, group, KeyPurposeId.id_kp_clientAuth, Set.of(), Set.of());
    }

    /// A kubelet as a client.
    static Subject node(String name) {
        return client("system:node:" + name, "system:nodes");
    }

    /// A kubelet as a server.
    static Subject nodeServer(String name) {
        return new Subject(
                "system:node:" + name,
                "system:nodes",
                KeyPurposeId.id_kp_serverAuth,
                Set.of(name),
                Set.of());
    }

    X500Name name() {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        if (!organization.isEmpty()) {
            name.addRDN(BCStyle.O, organization);
        }
        return name.addRDN(BCStyle.CN, commonName).build();
    }

    GeneralName[] alternatives() {
        return java.util.stream.Stream.concat(
                        dnsNames.stream().sorted().map(each -> new GeneralName(DNS, each)),
                        addresses.stream().sorted().map(each -> new GeneralName(IP, each)))
                .toArray(GeneralName[]::new);
    }

    /// Whether a certificate is for this subject and names all of it.
    boolean isOf(X509Certificate certificate) {
        Set<String> named = new TreeSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.forEach(each -> named.add(String.valueOf(each.get(1))));
            }
        } catch (CertificateParsingException e) {
            return false;
        }
        X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        return subject.equals(name())
                && named.containsAll(dnsNames)
                && named.containsAll(addresses);
    }
}
