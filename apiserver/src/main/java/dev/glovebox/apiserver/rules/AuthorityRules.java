package dev.glovebox.apiserver.rules;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rules for a bundle of authorities' certificates. Source: client-go's `transport.rootCertPool`,
/// which is content with one certificate among whatever else there is.
public final class AuthorityRules {
    private static final String WORDS = "unable to load root certificates: ";
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*?)-----END \\1-----");

    private AuthorityRules() {}

    /// What is wrong with a bundle; empty when it has a certificate.
    ///
    /// @param pem the bundle, not empty
    public static Optional<String> wrong(byte[] pem) {
        Matcher blocks = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        boolean any = false;
        boolean malformed = false;
        while (blocks.find()) {
            any = true;
            if (blocks.group(1).equals("CERTIFICATE")) {
                if (isCertificate(blocks.group(2))) {
                    return Optional.empty();
                }
                malformed = true;
            }
        }
        if (malformed) {
            return Optional.of(WORDS + "failed to parse certificate: x509: malformed certificate");
        }
        return Optional.of(
                WORDS
                        + (any
                                ? "no valid certificate authority data seen"
                                : "unable to parse bytes as PEM block"));
    }

    private static boolean isCertificate(String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
            return true;
        } catch (CertificateException | IllegalArgumentException e) {
            return false;
        }
    }
}
