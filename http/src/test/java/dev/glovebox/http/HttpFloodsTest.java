package dev.glovebox.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients may take, and that without the limit they would get it.
@Timeout(60)
class HttpFloodsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);

    /// How long what must come is waited for, and what must not come.
    private static final int PATIENCE_MILLIS = 30_000;

    private static final int QUIET_MILLIS = 1_500;

    private final List<Socket> sockets = new ArrayList<>();
    private Optional<HttpServer> server = Optional.empty();

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.ifPresent(HttpServer::close);
    }

    private static HttpSettings.Limits limits(
            int connections, int strangers, Duration request, Duration idle) {
        return new HttpSettings.Limits(
                1 << 20,
                4096,
                4096,
                connections,
                strangers,
                Duration.ofSeconds(10),
                request,
                idle,
                Duration.ofSeconds(1));
    }

    private void serve(HttpSettings.Limits limits, HttpHandler handler) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server =
                Optional.of(
                        HttpServer.start(new HttpSettings(any, Optional.empty(), limits), handler));
    }

    private Socket connect() throws IOException {
        InetSocketAddress address = (InetSocketAddress) server.orElseThrow().address();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        sockets.add(socket);
        return socket;
    }

    private Socket sent(String text) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return socket;
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return read.toString();
            }
            read.append((char) next);
        }
        return read.toString();
    }

    private static void assertEnds(Socket socket) throws IOException {
        assertThat(endsWithin(socket, PATIENCE_MILLIS)).isTrue();
    }

    private static void assertStays(Socket socket) throws IOException {
        assertThat(endsWithin(socket, QUIET_MILLIS)).isFalse();
    }

    /// Whether the server ends the connection while nothing comes for so long.
    private static boolean endsWithin(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            byte[] buffer = new byte[1 << 16];
            while (socket.getInputStream().read(buffer) >= 0) {
                // Whatever was on its way.
            }
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.respond(200, Headers.NONE, "fine".getBytes(UTF_8));
    }

    private static void answerVouched(HttpExchange exchange) throws IOException {
        exchange.vouch();
        answer(exchange);
    }

    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ";

    @Test
    void a_body_is_read_only_when_the_handler_asks_for_it() throws IOException {
        serve(limits(10, 10, LONG, LONG), x -> x.respond(403, Headers.NONE, new byte[0]));
        Socket refused = sent(POST + "1000000\r\n\r\n");
        assertThat(head(refused))
                .startsWith("HTTP/1.1 403 ")
                .containsIgnoringCase("connection: close");
    }

    @Test
    void a_handler_that_asks_gets_all_that_comes_in_its_time() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        serve(
                limits(10, 10, LONG, LONG),
                x -> {
                    asked.countDown();
                    x.respond(200, Headers.NONE, String.valueOf(x.body().length).getBytes(UTF_8));
                });
        Socket socket = sent(POST + "500000\r\nConnection: close\r\n\r\n" + "x".repeat(100));
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        socket.getOutputStream().write(new byte[499_900]);
        assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n500000");
    }

    @Test
    void who_waits_to_be_told_to_go_on_is_told_when_the_body_is_wanted() throws IOException {
        serve(
                limits(10, 10, LONG, LONG),
                x -> {
                    if (x.target().equals("/refused")) {
                        x.respond(403, Headers.NONE, new byte[0]);
                    } else {
                        x.respond(200, Headers.NONE, x.body());
                    }
                });
        String rest = " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        assertThat(head(sent("POST /refused" + rest))).startsWith("HTTP/1.1 403 ");
        Socket wanted = sent("POST /wanted" + rest);
        assertThat(head(wanted)).startsWith("HTTP/1.1 100 ");
        wanted.getOutputStream().write("ok".getBytes(UTF_8));
        assertThat(head(wanted)).startsWith("HTTP/1.1 200 ");
    }

    /// What the client goes on to send after its answer is read up to a bound, so that it can
    /// finish and see the answer, and then not at all.
    @Test
    void what_nobody_wants_is_not_read_without_end() throws Exception {
        serve(limits(10, 10, LONG, LONG), x -> x.respond(413, Headers.NONE, new byte[0]));
        Socket socket = sent(POST + "1000000000\r\n\r\n");
        assertThat(head(socket)).startsWith("HTTP/1.1 413 ");
        long taken = 0;
        byte[] piece = new byte[1 << 16];
        try {
            while (taken < 1_000_000_000) {
                socket.getOutputStream().write(piece);
                taken += piece.length;
            }
        } catch (IOException cutOff) {
            assertThat(cutOff).isNotInstanceOf(SocketTimeoutException.class);
        }
        assertThat(taken).isLessThan(64 << 20);
    }

    @Test
    void a_head_that_does_not_end_ends_its_connection() throws IOException {
        serve(limits(10, 10, SHORT, LONG), HttpFloodsTest::answer);
        assertEnds(sent("GET / HTTP/1.1\r\nHost: x\r\nX"));
        stopServer();
        serve(limits(10, 10, LONG, LONG), HttpFloodsTest::answer);
        assertStays(sent("GET / HTTP/1.1\r\nHost: x\r\nX"));
    }

    private void stopServer() {
        server.orElseThrow().close();
    }

    @Test
    void a_body_that_does_not_end_ends_its_connection_and_frees_the_handler() throws Exception {
        CountDownLatch freed = new CountDownLatch(1);
        serve(
                limits(10, 10, SHORT, LONG),
                x -> {
                    try {
                        x.respond(200, Headers.NONE, x.body());
                    } catch (BodyCutOffException e) {
                        freed.countDown();
                        throw e;
                    }
                });
        Socket socket = sent(POST + "100\r\n\r\nsome");
        assertEnds(socket);
        assertThat(freed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_reader_that_does_not_read_is_cut_off() throws Exception {
        assertThat(freedFromReader(SHORT, PATIENCE_MILLIS)).isTrue();
        assertThat(freedFromReader(LONG, QUIET_MILLIS)).isFalse();
    }

    private boolean freedFromReader(Duration request, int millis) throws Exception {
        CountDownLatch freed = new CountDownLatch(1);
        serve(
                limits(10, 10, request, LONG),
                x -> {
                    try {
                        x.respond(200, Headers.NONE, new byte[32 << 20]);
                    } finally {
                        freed.countDown();
                    }
                });
        sent(GET);
        return freed.await(millis, TimeUnit.MILLISECONDS);
    }

    @Test
    void answers_longer_than_a_piece_arrive_whole() throws IOException {
        byte[] large = "0123456789".repeat(100_000).getBytes(UTF_8);
        serve(limits(10, 10, LONG, LONG), x -> x.respond(200, Headers.NONE, large));
        Socket socket = sent("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(head(socket)).containsIgnoringCase("content-length: 1000000");
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(large);
    }

    @Test
    void idle_connections_of_strangers_end_sooner_than_those_of_known_clients() throws IOException {
        serve(limits(10, 10, SHORT, LONG), HttpFloodsTest::answer);
        assertEnds(sent(GET));
        stopServer();
        serve(limits(10, 10, SHORT, LONG), HttpFloodsTest::answerVouched);
        assertStays(sent(GET));
    }

    @Test
    void a_new_connection_takes_the_place_of_an_idle_strangers() throws IOException {
        serve(
                limits(5, 1000, LONG, LONG),
                x -> {
                    if (x.target().equals("/known")) {
                        x.vouch();
                    }
                    answer(x);
                });
        Socket known = sent("GET /known HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(head(known)).startsWith("HTTP/1.1 200 ");
        Socket stranger = sent(GET);
        assertThat(head(stranger)).startsWith("HTTP/1.1 200 ");
        List<Socket> later = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket next = sent(GET);
            assertThat(head(next)).startsWith("HTTP/1.1 200 ");
            later.add(next);
        }
        assertEnds(stranger);
        assertEnds(later.getFirst());
        assertStays(later.getLast());
        assertStays(known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whole", "/long", "/stream"})
    void a_connection_is_idle_when_its_answer_is_out_though_its_handler_goes_on(String target)
            throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        serve(
                limits(3, 1000, LONG, LONG),
                x -> {
                    switch (x.target()) {
                        case "/whole" -> answer(x);
                        case "/long" -> x.respond(200, Headers.NONE, new byte[100_000]);
                        default -> x.stream(200, Headers.NONE).close();
                    }
                    done.await();
                });
        for (int i = 0; i < 10; i++) {
            Socket next = sent("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
            String head = head(next);
            assertThat(head).startsWith("HTTP/1.1 200 ");
            next.getInputStream().readNBytes(head.contains("100000") ? 100_000 : 4);
        }
        done.countDown();
    }

    @Test
    void where_nobody_is_idle_a_new_connection_is_closed() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Semaphore begun = new Semaphore(0);
        serve(
                limits(2, 10, LONG, LONG),
                x -> {
                    begun.release();
                    done.await();
                    answer(x);
                });
        Socket first = sent(GET);
        Socket second = sent(GET);
        assertThat(begun.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
        assertEnds(sent(GET));
        done.countDown();
        assertThat(head(first)).startsWith("HTTP/1.1 200 ");
        assertThat(head(second)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void strangers_have_few_exchanges_at_once_and_known_clients_do_not_count() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Semaphore vouched = new Semaphore(0);
        Semaphore begun = new Semaphore(0);
        serve(
                limits(100, 2, LONG, LONG),
                x -> {
                    if (x.target().equals("/known")) {
                        x.vouch();
                        vouched.release();
                    } else {
                        begun.release();
                    }
                    done.await();
                    answer(x);
                });
        for (int i = 0; i < 5; i++) {
            sent("GET /known HTTP/1.1\r\nHost: x\r\n\r\n");
            // Until it is known, it counts.
            assertThat(vouched.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        }
        Socket first = sent(GET);
        Socket second = sent(GET);
        assertThat(begun.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
        assertEnds(sent(GET));
        done.countDown();
        assertThat(head(first)).startsWith("HTTP/1.1 200 ");
        assertThat(head(second)).startsWith("HTTP/1.1 200 ");
        // An exchange counts until its handler has returned, which its client does not see.
        String next = head(sent(GET));
        for (int i = 0; i < 600 && next.isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            next = head(sent(GET));
        }
        assertThat(next).startsWith("HTTP/1.1 200 ");
    }
}
