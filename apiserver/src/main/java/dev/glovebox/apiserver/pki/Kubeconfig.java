package dev.glovebox.apiserver.pki;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;

/// A kubeconfig with its certificates and key inside.
final class Kubeconfig {
    private Kubeconfig() {}

    static String text(URI server, X509Certificate authority, Credentials user) {
        return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: glovebox
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: kubernetes-admin
          user:
            client-certificate-data: %s
            client-key-data: %s
        contexts:
        - name: glovebox
          context:
            cluster: glovebox
            user: kubernetes-admin
        current-context: glovebox
        """
                .formatted(
                        server,
                        base64(Pem.of(authority)),
                        base64(Pem.of(user.certificate())),
                        base64(Pem.of(user.key())));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
