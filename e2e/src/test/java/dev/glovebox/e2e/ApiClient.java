package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Speaks to a Kubernetes API as the user of a kubeconfig does, with nothing between the test and
/// the wire.
final class ApiClient implements AutoCloseable {
    private static final char[] NO_PASSWORD = new char[0];
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI server;
    private final HttpClient http;

    private ApiClient(URI server, HttpClient http) {
        this.server = server;
        this.http = http;
    }

    /// What the server answered.
    record Reply(int code, JsonNode body) {}

    static ApiClient of(Path kubeconfig) throws IOException {
        var text = Files.readString(kubeconfig);
        try {
            var http = HttpClient.newBuilder().sslContext(tls(text)).build();
            return new ApiClient(URI.create(field(text, "server")), http);
        } catch (GeneralSecurityException e) {
            throw new IOException(kubeconfig + " cannot be used", e);
        }
    }

    Reply send(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(server.resolve(path))
                        .timeout(PATIENCE)
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        return new Reply(answer.statusCode(), Kubectl.json(answer.body()));
    }

    Reply get(String path) throws IOException, InterruptedException {
        return send("GET", path, "application/json", "");
    }

    /// The code alone of an answer that may be no JSON.
    int code(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE).build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    /// The body of an answer that does not end, or not soon.
    InputStream stream(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.resolve(path)).build();
        var answer = http.send(request, BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " answers " + answer.statusCode());
        }
        return answer.body();
    }

    /// A WebSocket; opened, or an exception.
    WebSocket socket(String path, WebSocket.Listener listener) {
        var url = URI.create(server.resolve(path).toString().replaceFirst("^https", "wss"));
        return http.newWebSocketBuilder().buildAsync(url, listener).join();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static SSLContext tls(String kubeconfig) throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificate(kubeconfig, "certificate-authority-data"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        var chain = new Certificate[] {certificate(kubeconfig, "client-certificate-data")};
        own.setKeyEntry("own", key(kubeconfig), NO_PASSWORD, chain);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Certificate certificate(String kubeconfig, String field)
            throws GeneralSecurityException {
        var pem = Base64.getDecoder().decode(field(kubeconfig, field));
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem));
    }

    private static PrivateKey key(String kubeconfig) throws GeneralSecurityException {
        var pem =
                new String(Base64.getDecoder().decode(field(kubeconfig, "client-key-data")), UTF_8);
        var der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static String field(String kubeconfig, String name) {
        var match = Pattern.compile("\\b" + name + ": *\"?([^\"\\s]+)").matcher(kubeconfig);
        if (!match.find()) {
            throw new AssertionError("no " + name + " in the kubeconfig");
        }
        return match.group(1);
    }
}
