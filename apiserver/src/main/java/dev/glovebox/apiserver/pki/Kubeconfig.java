package dev.glovebox.apiserver.pki;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;

/// A kubeconfig with its certificates and key inside.
final class Kubeconfig {
    private Kubeconfig() {}

    static String text(URI server, X509Certificate authority, String name, Credentials user) {
        return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: glovebox
          cluster:
            server: %2$s
            certificate-authority-data: %3$s
        users:
        - name: %1$s
          user:
            client-certificate-data: %4$s
            client-key-data: %5$s
        contexts:
        - name: glovebox
          context:
            cluster: glovebox
            user: %1$s
        current-context: glovebox
        """
                .formatted(
                        name,
                        server,
                        base64(Pem.of(authority)),
                        base64(Pem.of(user.certificate())),
                        base64(Pem.of(user.key())));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
