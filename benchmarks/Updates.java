import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Updates of ConfigMaps, which peerbench has not: each client replaces one of its own again and
/// again over a connection of its own (HTTP/2, TLS). The first tenth warms up and is not counted.
/// It trusts any server: it measures one on loopback.
///
///     java Updates.java URL CLIENTS UPDATES token TOKEN
///     java Updates.java URL CLIENTS UPDATES certificate FILE.crt FILE.key
final class Updates {
    private static final String PLACE = "/api/v1/namespaces/default/configmaps";

    private final String[] words;

    private Updates(String[] words) {
        this.words = words;
    }

    public static void main(String[] words) throws Exception {
        new Updates(words).run(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    }

    private void run(int clients, int updates) throws Exception {
        int each = updates / clients;
        try (var threads = Executors.newFixedThreadPool(clients)) {
            var work = IntStream.range(0, clients)
                    .<Callable<long[]>>mapToObj(i -> () -> client(i, each + each / 10))
                    .toList();
            var nanos = LongStream.empty();
            double rate = 0;
            for (Future<long[]> done : threads.invokeAll(work)) {
                long[] counted = LongStream.of(done.get()).skip(each / 10).toArray();
                rate += counted.length * 1e9 / LongStream.of(counted).sum();
                nanos = LongStream.concat(nanos, LongStream.of(counted));
            }
            long[] sorted = nanos.sorted().toArray();
            System.out.printf(
                    "clients=%d %.0f updates/s p50=%.2f p99=%.2f ms%n",
                    clients,
                    rate,
                    sorted[sorted.length / 2] / 1e6,
                    sorted[sorted.length * 99 / 100] / 1e6);
        }
    }

    private long[] client(int number, int count) throws Exception {
        String name = "updated-" + ProcessHandle.current().pid() + "-" + number;
        long[] nanos = new long[count];
        try (var http = HttpClient.newBuilder().sslContext(tls()).build()) {
            send(http, "POST", PLACE, name, 0, 201);
            for (int i = 0; i < count; i++) {
                long begin = System.nanoTime();
                send(http, "PUT", PLACE + "/" + name, name, i + 1, 200);
                nanos[i] = System.nanoTime() - begin;
            }
            send(http, "DELETE", PLACE + "/" + name, name, 0, 200);
        }
        return nanos;
    }

    private void send(HttpClient http, String method, String path, String name, int i, int code)
            throws IOException, InterruptedException {
        String body = method.equals("DELETE")
                ? ""
                : """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"k":"%0256d"}}"""
                        .formatted(name, i);
        var request = HttpRequest.newBuilder(URI.create(words[0] + path))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(method, BodyPublishers.ofString(body));
        if (words[3].equals("token")) {
            request.header("Authorization", "Bearer " + words[4]);
        }
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != code) {
            throw new IOException(method + " " + path + ": " + answer.body());
        }
    }

    private SSLContext tls() throws GeneralSecurityException, IOException {
        var context = SSLContext.getInstance("TLS");
        context.init(keys(), new TrustManager[] {new Anybody()}, new SecureRandom());
        return context;
    }

    private KeyManager[] keys() throws GeneralSecurityException, IOException {
        if (words[3].equals("token")) {
            return new KeyManager[0];
        }
        Certificate certificate;
        try (var in = Files.newInputStream(Path.of(words[4]))) {
            certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        var pem = Files.readString(Path.of(words[5])).replaceAll("-----[A-Z ]+-----", "");
        var key = KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("own", key, new char[0], new Certificate[] {certificate});
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    /// Believes everybody, the name included.
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String t, java.net.Socket s) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String t, java.net.Socket s) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String t, SSLEngine e) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String t, SSLEngine e) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
