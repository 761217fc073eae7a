package dev.glovebox.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProberTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Container CONTAINER =
            new ContainerBuilder()
                    .withName("main")
                    .addNewPort()
                    .withName("web")
                    .withContainerPort(8080)
                    .endPort()
                    .build();

    private static final Prober PROBER =
            new Prober((container, command, timeout) -> new Commands.End.NotRun("no commands"));

    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "204 No Content", "399 Odd"})
    void two_hundred_to_three_hundred_and_ninety_nine_is_well(String status) throws IOException {
        try (CannedServer server = new CannedServer("HTTP/1.1 " + status + "\r\n\r\n")) {
            Answer answer = ask(http(server, "/"));
            assertThat(answer instanceof Answer.Passed || answer instanceof Answer.Warned)
                    .as("%s", answer)
                    .isTrue();
        }
    }

    @Test
    void another_status_is_told_and_the_body_is_not() throws IOException {
        try (CannedServer server =
                new CannedServer("HTTP/1.1 500 Broken\r\n\r\na secret of the server's")) {
            assertThat(ask(http(server, "/")))
                    .isEqualTo(new Answer.Failed("HTTP probe failed with statuscode: 500"));
        }
    }

    @Test
    void the_request_is_the_kubelets() throws IOException {
        try (CannedServer server = new CannedServer("HTTP/1.1 200 OK\r\n\r\n")) {
            ask(http(server, "healthz?deep=a b"));
            assertThat(server.requests.getFirst())
                    .startsWith("GET /healthz?deep=a%20b HTTP/1.1\r\n")
                    .contains(
                            "\r\nHost: 127.0.0.1:" + server.port() + "\r\n",
                            "\r\nUser-Agent: kube-probe/1.34\r\n",
                            "\r\nAccept: */*\r\n",
                            "\r\nConnection: close\r\n");
        }
    }

    @Test
    void headers_of_the_probe_replace_the_usual_ones() throws IOException {
        try (CannedServer server = new CannedServer("HTTP/1.1 200 OK\r\n\r\n")) {
            Probe probe = http(server, "/");
            probe.getHttpGet()
                    .setHttpHeaders(
                            List.of(
                                    new HTTPHeader("Host", "name.test"),
                                    new HTTPHeader("user-agent", "mine"),
                                    new HTTPHeader("Accept", ""),
                                    new HTTPHeader("X-A", "1")));
            ask(probe);
            assertThat(server.requests.getFirst())
                    .contains(
                            "\r\nHost: name.test\r\n", "\r\nuser-agent: mine\r\n", "\r\nX-A: 1\r\n")
                    .doesNotContain("kube-probe", "Accept");
        }
    }

    @Test
    void a_header_that_would_be_two_is_refused() throws IOException {
        try (CannedServer server = new CannedServer("HTTP/1.1 200 OK\r\n\r\n")) {
            Probe probe = http(server, "/");
            probe.getHttpGet().setHttpHeaders(List.of(new HTTPHeader("X", "1\r\nY: 2")));
            assertThat(failure(ask(probe)))
                    .endsWith("net/http: invalid header field value for \"X\"");
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void a_redirect_is_followed_on_the_same_host_alone() throws IOException {
        try (CannedServer server =
                new CannedServer(
                        "HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n",
                        "HTTP/1.1 503 No\r\n\r\n")) {
            assertThat(ask(http(server, "/first")))
                    .isEqualTo(new Answer.Failed("HTTP probe failed with statuscode: 503"));
            assertThat(server.requests.getLast()).startsWith("GET /next ");
        }
        try (CannedServer server =
                new CannedServer(
                        "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\n\r\ngone there")) {
            assertThat(ask(http(server, "/")))
                    .isEqualTo(
                            new Answer.Warned(
                                    "Probe terminated redirects, Response body: gone there"));
        }
    }

    @Test
    void a_circle_of_redirects_ends() throws IOException {
        try (CannedServer server = new CannedServer("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")) {
            assertThat(failure(ask(http(server, "/")))).endsWith("stopped after 10 redirects");
        }
    }

    @Test
    void a_server_that_says_nothing_is_given_up_in_time() throws IOException {
        try (CannedServer server = new CannedServer("")) {
            Probe probe = http(server, "/");
            Answer answer =
                    PROBER.ask(
                            "id",
                            new Actions(CONTAINER, "127.0.0.1").of(probe),
                            Duration.ofMillis(100));
            assertThat(failure(answer)).contains("context deadline exceeded");
        }
    }

    @Test
    void headers_without_end_are_not_read_to_their_end() throws IOException {
        String endless = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n";
        try (CannedServer server = new CannedServer(endless)) {
            assertThat(failure(ask(http(server, "/")))).contains("exceeded");
        }
    }

    @Test
    void what_is_no_http_fails() throws IOException {
        try (CannedServer server = new CannedServer("SSH-2.0-OpenSSH\r\n")) {
            assertThat(failure(ask(http(server, "/")))).contains("malformed HTTP response");
        }
    }

    @Test
    void nobody_there_is_said_in_the_kubelets_words() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Probe tcp =
                new ProbeBuilder()
                        .withNewTcpSocket()
                        .withPort(new IntOrString(port))
                        .endTcpSocket()
                        .build();
        assertThat(failure(ask(tcp)))
                .isEqualTo("dial tcp 127.0.0.1:" + port + ": connect: connection refused");
        tcp.getTcpSocket().setHost("::1");
        assertThat(failure(ask(tcp))).startsWith("dial tcp [::1]:" + port + ": ");
        Probe http =
                new ProbeBuilder()
                        .withNewHttpGet()
                        .withPath("/x")
                        .withPort(new IntOrString(port))
                        .endHttpGet()
                        .build();
        assertThat(failure(ask(http)))
                .isEqualTo(
                        "Get \"http://127.0.0.1:%1$d/x\": dial tcp 127.0.0.1:%1$d: connect: connection refused"
                                .formatted(port));
    }

    @Test
    void a_connection_that_is_taken_is_well() throws IOException {
        try (CannedServer server = new CannedServer("")) {
            Probe tcp =
                    new ProbeBuilder()
                            .withNewTcpSocket()
                            .withPort(new IntOrString(server.port()))
                            .endTcpSocket()
                            .build();
            assertThat(ask(tcp)).isEqualTo(new Answer.Passed());
        }
    }

    @Test
    void ports_have_names() {
        Probe named =
                new ProbeBuilder()
                        .withNewTcpSocket()
                        .withPort(new IntOrString("web"))
                        .endTcpSocket()
                        .build();
        assertThat(new Actions(CONTAINER, "10.0.0.1").of(named))
                .isEqualTo(new Action.Tcp("10.0.0.1", 8080));
        named.getTcpSocket().setPort(new IntOrString("nothing"));
        assertThat(new Actions(CONTAINER, "10.0.0.1").of(named)).isInstanceOf(Action.Invalid.class);
    }

    @Test
    void a_command_is_judged_by_its_code_and_its_time() {
        Probe exec = new ProbeBuilder().withNewExec().withCommand("sleep", "9").endExec().build();
        Action action = new Actions(CONTAINER, "").of(exec);
        assertThat(asked(action, new Commands.End.Exited(0, "x"))).isEqualTo(new Answer.Passed());
        assertThat(asked(action, new Commands.End.Exited(1, "why\n")))
                .isEqualTo(new Answer.Failed("why\n"));
        assertThat(asked(action, new Commands.End.TimedOut()))
                .isEqualTo(new Answer.Failed("command timed out: \"sleep 9\" timed out after 5s"));
        assertThat(asked(action, new Commands.End.NotRun("no shim")))
                .isEqualTo(new Answer.Unknown("no shim"));
    }

    private static Answer asked(Action action, Commands.End end) {
        return new Prober((container, command, timeout) -> end).ask("id", action, TIMEOUT);
    }

    private static Probe http(CannedServer server, String path) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString(server.port()))
                .endHttpGet()
                .build();
    }

    private static Answer ask(Probe probe) {
        return PROBER.ask("id", new Actions(CONTAINER, "127.0.0.1").of(probe), TIMEOUT);
    }

    private static String failure(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Failed.class);
        return ((Answer.Failed) answer).message();
    }
}
