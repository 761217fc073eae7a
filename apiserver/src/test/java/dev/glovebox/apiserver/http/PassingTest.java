package dev.glovebox.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.Answer;
import dev.glovebox.http.BodyStream;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.HttpHandler;
import dev.glovebox.http.HttpServer;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.http.RawConnection;
import dev.glovebox.model.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that are passed on, between real servers: one in front, one that is the pod, one that
/// is its node. Only the pod's address is translated, as there is no pod network here.
class PassingTest {
    private static final String ADDRESS = "10.9.8.7";
    private static final String PREFIX = "/api/v1/namespaces/a/pods/p:80/proxy";

    @TempDir Path folder;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<InetSocketAddress> dialed = new ArrayList<>();
    private String address = ADDRESS;
    private String reported = ADDRESS;
    private HttpHandler pod = exchange -> exchange.respond(200, Headers.NONE, new byte[0]);
    private InetSocketAddress front = new InetSocketAddress(0);

    @BeforeEach
    void start() throws IOException {
        UnixDomainSocketAddress node = UnixDomainSocketAddress.of(folder.resolve("node"));
        serve(node, this::node);
        SocketAddress inside = serve(loopback(), exchange -> pod.handle(exchange));
        Passing passing =
                new Passing(
                        name -> Optional.of(new NodeEndpoint.Local(node)),
                        (address, tls) -> {
                            dialed.add(address);
                            return PodSocket.open((InetSocketAddress) inside, tls);
                        });
        front =
                (InetSocketAddress)
                        serve(
                                loopback(),
                                exchange -> {
                                    try {
                                        passing.pass(exchange, proxied(exchange.target()));
                                    } catch (ApiException e) {
                                        Responses.send(exchange, e);
                                    }
                                });
    }

    private Answer.Proxied proxied(String target) {
        return new Answer.Proxied(
                new Answer.Destination.Pod(false, "n", "uid-1", address, 80),
                PREFIX,
                target.split("\\?", 2)[0].substring(PREFIX.length()));
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private SocketAddress serve(SocketAddress address, HttpHandler handler) {
        HttpServer server =
                HttpServer.start(
                        new HttpSettings(address, Optional.empty(), HttpSettings.Limits.DEFAULT),
                        handler);
        open.add(server);
        return server.address();
    }

    private void node(HttpExchange exchange) throws IOException {
        assertThat(exchange.target()).isEqualTo("/pods?uid=uid-1");
        String list =
                """
                {"items":[{"metadata":{"uid":"other"},"status":{"podIPs":[{"ip":"10.9.8.6"}]}},
                          {"metadata":{"uid":"uid-1"},"status":{"podIPs":[{"ip":"%s"}]}}]}
                """
                        .formatted(reported);
        exchange.respond(200, Headers.NONE, list.getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private HttpResponse<String> ask(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (HttpClient client = client()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /// One that does not ask for HTTP/2 by an upgrade.
    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + front.getPort() + PREFIX + path));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_redirection_to_a_pod_of_ipv6_leads_through_the_proxy_again()
            throws IOException, InterruptedException {
        address = "fd00::7";
        reported = address;
        pod =
                exchange ->
                        exchange.respond(
                                302, Headers.of("Location", "http://[fd00::7]/login"), new byte[0]);
        assertThat(ask(at("/")).headers().firstValue("Location")).contains(PREFIX + "/login");
    }

    @Test
    void method_path_query_and_body_go_on_and_code_headers_and_body_come_back()
            throws IOException, InterruptedException {
        pod =
                exchange ->
                        exchange.respond(
                                418,
                                Headers.of("Content-Type", "text/tea").with("X-Own", "1"),
                                bytes(
                                        exchange.method()
                                                + " "
                                                + exchange.target()
                                                + " "
                                                + new String(
                                                        exchange.body(), StandardCharsets.UTF_8)));
        HttpResponse<String> answer =
                ask(at("/a/b?x=%20y&z").method("PUT", HttpRequest.BodyPublishers.ofString("hi")));
        assertThat(answer.statusCode()).isEqualTo(418);
        assertThat(answer.body()).isEqualTo("PUT /a/b?x=%20y&z hi");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/tea");
        assertThat(answer.headers().firstValue("X-Own")).contains("1");
        assertThat(dialed).containsExactly(new InetSocketAddress(ADDRESS, 80));
    }

    /// The node knows better than the status, which others may write.
    @Test
    void an_address_that_the_node_does_not_report_is_not_gone_to()
            throws IOException, InterruptedException {
        reported = "10.9.8.5";
        HttpResponse<String> answer = ask(at("/"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("address not allowed");
        assertThat(dialed).isEmpty();
    }

    @Test
    void no_credentials_go_on() throws IOException, InterruptedException {
        pod = exchange -> exchange.respond(200, Headers.NONE, bytes(names(exchange)));
        HttpResponse<String> answer =
                ask(
                        at("/").header("Authorization", "Bearer secret")
                                .header("Cookie", "session=1")
                                .header("Impersonate-User", "root")
                                .header("X-Remote-Group", "system:masters")
                                .header("X-Forwarded-Client-Cert", "x")
                                .header(
                                        "Sec-WebSocket-Protocol",
                                        "base64url.bearer.authorization.k8s.io.c2VjcmV0, chat")
                                .header("X-Kept", "1"));
        assertThat(answer.body().lines())
                .contains("x-kept: 1", "sec-websocket-protocol: chat")
                .contains("x-forwarded-for: 127.0.0.1", "x-forwarded-uri: " + PREFIX + "/")
                .noneMatch(line ->
                        line.matches(
                                "(authorization|cookie|impersonate-.*|x-remote-.*|x-forwarded-client-cert):.*"))
                .noneMatch(line -> line.contains("c2VjcmV0"));
    }

    private static String names(HttpExchange exchange) {
        StringBuilder names = new StringBuilder();
        exchange.headers()
                .all()
                .forEach(header ->
                        names.append(header.name().toLowerCase(Locale.ROOT))
                                .append(": ")
                                .append(header.value())
                                .append('\n'));
        return names.toString();
    }

    @Test
    void cookies_of_pods_do_not_become_cookies_of_the_server()
            throws IOException, InterruptedException {
        pod = exchange -> exchange.respond(200, Headers.of("Set-Cookie", "session=1"), new byte[0]);
        assertThat(ask(at("/")).headers().map()).doesNotContainKey("set-cookie");
    }

    @Test
    void a_page_without_a_slash_is_told_to_have_one() throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(at("?a=b"));
        assertThat(answer.statusCode()).isEqualTo(301);
        assertThat(answer.headers().firstValue("Location")).contains(PREFIX + "/?a=b");
        assertThat(dialed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/login?x=1," + PREFIX + "/login?x=1",
        "next,next",
        "http://10.9.8.7/login," + PREFIX + "/login",
        "http://example.com/login,http://example.com/login",
        PREFIX + "/there," + PREFIX + "/there"
    })
    void redirections_lead_through_the_proxy_again(String told, String passed)
            throws IOException, InterruptedException {
        pod = exchange -> exchange.respond(302, Headers.of("Location", told), new byte[0]);
        assertThat(ask(at("/")).headers().firstValue("Location")).contains(passed);
    }

    @Test
    void a_head_tells_the_length_that_the_pod_told() throws IOException, InterruptedException {
        pod = exchange -> exchange.respond(200, Headers.NONE, new byte[77]);
        HttpResponse<String> answer =
                ask(at("/").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.headers().firstValue("Content-Length")).contains("77");
    }

    /// What comes is passed on when it comes and not when all of it is there.
    @Test
    void an_answer_streams() throws IOException, InterruptedException {
        pod =
                exchange -> {
                    try (BodyStream body = exchange.stream(200, Headers.NONE)) {
                        body.write(bytes("first\n"));
                        CountDownLatch gone = new CountDownLatch(1);
                        exchange.onGone(gone::countDown);
                        gone.await();
                    }
                };
        try (HttpClient client = client();
                InputStream body =
                        client.send(at("/").build(), HttpResponse.BodyHandlers.ofInputStream())
                                .body()) {
            assertThat(new String(body.readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("first\n");
            client.shutdownNow();
        }
    }

    @Test
    void an_upgrade_is_bytes_both_ways() throws IOException {
        pod =
                exchange -> {
                    try (RawConnection raw =
                            exchange.upgrade(
                                    Headers.of("Connection", "Upgrade")
                                            .with("Upgrade", exchange.headers().joined("Upgrade"))
                                            .with("Sec-WebSocket-Accept", "yes"))) {
                        raw.output().write(bytes("hello " + exchange.target() + "\n"));
                        raw.output().flush();
                        raw.input().transferTo(raw.output());
                    }
                };
        String answer = upgrade("/echo?x=1", "there!", "there");
        assertThat(answer)
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("\r\nupgrade: websocket\r\n")
                .contains("Sec-WebSocket-Accept: yes\r\n")
                .endsWith("\r\n\r\nhello /echo?x=1\nthere");
    }

    @Test
    void an_upgrade_that_the_pod_refuses_is_answered_as_it_answers() throws IOException {
        pod = exchange -> exchange.respond(426, Headers.of("X-Why", "no"), bytes("never"));
        assertThat(upgrade("/", "", "never"))
                .startsWith("HTTP/1.1 426 ")
                .contains("X-Why: no", "never");
    }

    /// What comes back, up to a text or the end.
    private String upgrade(String path, String sent, String end) throws IOException {
        try (Socket socket = new Socket(front.getAddress(), front.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(
                            bytes(
                                    "GET %s%s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n%s"
                                            .formatted(PREFIX, path, sent)));
            StringBuilder answer = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0 && !answer.toString().endsWith(end);
                    c = socket.getInputStream().read()) {
                answer.append((char) c);
            }
            return answer.toString();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK|Content-Length: -5||",
        "HTTP/1.1 101 Switching||",
        "nonsense||",
        "HTTP/1.1 200 OK|Content-Length: 9||short"
    })
    void an_answer_that_is_none_is_not_taken_for_one(String told) throws Exception {
        pod = exchange -> {};
        try (var listener = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket socket = listener.accept()) {
                            socket.getInputStream().read(new byte[4096]);
                            socket.getOutputStream().write(bytes(told.replace("|", "\r\n")));
                        } catch (IOException gone) {
                            // The other side has seen enough.
                        }
                    });
            Passing passing =
                    new Passing(
                            name ->
                                    Optional.of(
                                            new NodeEndpoint.Local(
                                                    UnixDomainSocketAddress.of(
                                                            folder.resolve("node")))),
                            (address, tls) ->
                                    PodSocket.open(
                                            (InetSocketAddress) listener.getLocalSocketAddress(),
                                            tls));
            front =
                    (InetSocketAddress)
                            serve(
                                    loopback(),
                                    exchange -> {
                                        try {
                                            passing.pass(exchange, proxied(exchange.target()));
                                        } catch (ApiException e) {
                                            Responses.send(exchange, e);
                                        }
                                    });
            assertThat(outcome()).isNotEqualTo("200");
        }
    }

    private String outcome() throws InterruptedException {
        try {
            return String.valueOf(ask(at("/")).statusCode());
        } catch (IOException cutOff) {
            return "cut off";
        }
    }
}
