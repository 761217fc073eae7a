package dev.glovebox.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixHttpTest {
    private static final HttpSettings.Limits SMALL =
            new HttpSettings.Limits(
                    1000,
                    4096,
                    4096,
                    100,
                    100,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5));

    @TempDir private Path directory;
    private Optional<HttpServer> server = Optional.empty();

    @AfterEach
    void stop() {
        server.ifPresent(HttpServer::close);
    }

    private Path socket() {
        return directory.resolve("s.sock");
    }

    private void serve(HttpHandler handler) {
        server =
                Optional.of(
                        HttpServer.start(
                                new HttpSettings(
                                        UnixDomainSocketAddress.of(socket()),
                                        Optional.empty(),
                                        SMALL),
                                handler));
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String readTo(SocketChannel channel, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (read.indexOf(end) < 0 && channel.read(one.clear()) > 0) {
            read.append((char) one.get(0));
        }
        return read.toString();
    }

    private static String readAll(SocketChannel channel) throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1);
    }

    private static String upgradeTo(String protocol) {
        return String.join(
                "\r\n",
                "GET / HTTP/1.1",
                "Host: x",
                "Connection: Upgrade",
                "Upgrade: " + protocol,
                "",
                "");
    }

    private String ask(String request) throws IOException {
        try (SocketChannel channel = connect()) {
            send(channel, request);
            return readAll(channel);
        }
    }

    /// A client may send the next request as soon as it has the answer, which is before the server
    /// knows that the answer is out.
    @Test
    @Timeout(60)
    void requests_that_come_early_keep_their_bodies() throws IOException {
        serve(exchange ->
                exchange.respond(200, Headers.of("Content-Type", "text/plain"), exchange.body()));
        String request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nbody-";
        String last =
                "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n";

        String answers = ask(request + "1" + request + "2" + request + "3" + last + "last");

        assertThat(answers).containsSubsequence("200", "body-1", "200", "body-2", "body-3", "last");
    }

    @Test
    void a_request_is_answered_with_what_the_handler_gives() throws IOException {
        serve(x ->
                x.respond(
                        201,
                        Headers.of("X-Seen", x.headers().first("x-ask").orElse("")),
                        (x.method() + " " + x.target() + " " + new String(x.body(), UTF_8))
                                .getBytes(UTF_8)));
        String answer =
                ask(
                        "POST /a%2Fb?c=d HTTP/1.1\r\nHost: x\r\nX-Ask: me\r\nConnection: close\r\n"
                                + "Content-Length: 4\r\n\r\nbody");
        assertThat(answer)
                .startsWith("HTTP/1.1 201 Created\r\n")
                .contains("X-Seen: me\r\n")
                .endsWith("\r\n\r\nPOST /a%2Fb?c=d body");
    }

    @Test
    void requests_sent_ahead_are_answered_in_their_order() throws IOException {
        serve(x -> x.respond(200, Headers.NONE, (x.target() + ";").getBytes(UTF_8)));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            many.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        String answer = ask(many + "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer.split("HTTP/1.1 200 OK", -1)).hasSize(102);
        assertThat(answer.indexOf("/7;")).isBetween(answer.indexOf("/6;"), answer.indexOf("/8;"));
    }

    @Test
    void a_body_over_the_limit_is_told_to_the_handler_and_not_kept() throws IOException {
        serve(x -> {
            try {
                x.respond(200, Headers.NONE, x.body());
            } catch (BodyTooLargeException e) {
                x.respond(413, Headers.NONE, "too large".getBytes(UTF_8));
            }
        });
        try (SocketChannel channel = connect()) {
            send(channel, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            send(channel, "400\r\n" + "x".repeat(1024) + "\r\n0\r\n\r\n");
            assertThat(readTo(channel, "too large")).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void headers_over_the_limit_are_refused() throws IOException {
        serve(x -> x.respond(200, Headers.NONE, new byte[0]));
        assertThat(ask("GET / HTTP/1.1\r\nX: " + "y".repeat(5000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(ask("GET /" + "y".repeat(5000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(ask("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void a_handler_that_fails_makes_the_answer_500() throws IOException {
        serve(x -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 500 ");
    }

    @Test
    void a_stream_arrives_as_it_is_written_and_ends_in_order() throws IOException {
        CountDownLatch firstSeen = new CountDownLatch(1);
        serve(x -> {
            try (BodyStream body = x.stream(200, Headers.NONE)) {
                body.write("one".getBytes(UTF_8));
                firstSeen.await();
                body.write("two".getBytes(UTF_8));
            }
        });
        try (SocketChannel channel = connect()) {
            send(channel, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(readTo(channel, "one")).contains("transfer-encoding: chunked");
            firstSeen.countDown();
            assertThat(readAll(channel)).endsWith("3\r\ntwo\r\n0\r\n\r\n");
        }
    }

    @Test
    void a_stream_that_the_handler_breaks_off_ends_without_its_last_chunk() throws IOException {
        serve(x -> {
            BodyStream body = x.stream(200, Headers.NONE);
            body.write("one".getBytes(UTF_8));
            throw new IllegalStateException("on purpose");
        });
        assertThat(ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n")).endsWith("3\r\none\r\n");
    }

    @Test
    void a_client_that_leaves_is_noticed_while_nothing_is_written() throws Exception {
        CountDownLatch streaming = new CountDownLatch(1);
        CountDownLatch noticed = new CountDownLatch(1);
        serve(x -> {
            x.onGone(noticed::countDown);
            BodyStream body = x.stream(200, Headers.NONE);
            streaming.countDown();
            noticed.await();
            body.abort();
        });
        try (SocketChannel channel = connect()) {
            send(channel, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(streaming.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(noticed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /// Small pieces are not waited for at once, large ones are.
    @ParameterizedTest
    @ValueSource(ints = {1 << 10, 1 << 16})
    void a_slow_client_slows_the_writer_down(int piece) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicLong written = new AtomicLong();
        serve(x -> {
            try {
                BodyStream body = x.stream(200, Headers.NONE);
                while (true) {
                    body.write(new byte[piece]);
                    written.addAndGet(piece);
                }
            } finally {
                ended.countDown();
            }
        });
        try (SocketChannel channel = connect()) {
            send(channel, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(readTo(channel, "\r\n\r\n")).contains("200");
            long before;
            do {
                before = written.get();
                assertThat(ended.await(300, TimeUnit.MILLISECONDS)).isFalse();
            } while (written.get() != before);
            assertThat(written.get()).isLessThan(16 << 20);
        }
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 10, 1 << 16})
    @Timeout(30)
    void a_client_that_has_had_its_time_is_cut_off(int piece) throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        serve(x -> {
            BodyStream body = x.stream(200, Headers.NONE);
            body.patience(Duration.ofMillis(50));
            try {
                while (true) {
                    body.write(new byte[piece]);
                }
            } catch (IOException e) {
                refused.countDown();
            }
            assertThatThrownBy(() -> body.write(new byte[1])).isInstanceOf(IOException.class);
        });
        try (SocketChannel channel = connect()) {
            send(channel, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            refused.await();
            assertThat(readAll(channel)).doesNotEndWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    void an_upgrade_carries_every_byte_both_ways_even_those_sent_early() throws Exception {
        serve(x -> {
            try (RawConnection raw =
                    x.upgrade(Headers.of("Connection", "Upgrade").with("Upgrade", "SPDY/3.1"))) {
                raw.input().transferTo(raw.output());
                raw.output().write("bye".getBytes(UTF_8));
                raw.output().close();
            }
        });
        byte[] data = new byte[2_000_000];
        new Random(7).nextBytes(data);
        try (SocketChannel channel = connect()) {
            send(
                    channel,
                    "POST /exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                            + "Content-Length: 0\r\n\r\nEARLY");
            Thread writer =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    ByteBuffer bytes = ByteBuffer.wrap(data);
                                    while (bytes.hasRemaining()) {
                                        channel.write(bytes);
                                    }
                                    channel.shutdownOutput();
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            });
            assertThat(readTo(channel, "\r\n\r\n"))
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("Upgrade: SPDY/3.1");
            byte[] echo = Channels.newInputStream(channel).readAllBytes();
            writer.join();
            assertThat(new String(echo, 0, 5, UTF_8)).isEqualTo("EARLY");
            assertThat(java.util.Arrays.copyOfRange(echo, 5, 5 + data.length)).isEqualTo(data);
            assertThat(new String(echo, 5 + data.length, echo.length - 5 - data.length, UTF_8))
                    .isEqualTo("bye");
        }
    }

    /// As with the command of an exec that goes on after its input ended, and whose output nobody
    /// has read yet.
    @Test
    @Timeout(30)
    void a_client_that_has_ended_its_half_gets_what_it_reads_late() throws Exception {
        byte[] late = new byte[2_000_000];
        new Random(7).nextBytes(late);
        serve(x -> {
            try (RawConnection raw =
                    x.upgrade(Headers.of("Connection", "Upgrade").with("Upgrade", "SPDY/3.1"))) {
                raw.output().write(raw.input().readAllBytes());
                raw.output().write(late);
                raw.output().close();
            }
        });
        try (SocketChannel channel = connect()) {
            send(channel, upgradeTo("SPDY/3.1") + "END");
            channel.shutdownOutput();
            assertThat(readTo(channel, "\r\n\r\nEND")).startsWith("HTTP/1.1 101 ");
            assertThat(Channels.newInputStream(channel).readAllBytes()).isEqualTo(late);
        }
    }

    /// [java.io.InputStream#readNBytes(int)] asks for nothing more once it has what it wants.
    @Test
    @Timeout(30)
    void a_part_of_what_comes_is_read_without_waiting_for_the_rest() throws IOException {
        serve(x -> {
            try (RawConnection raw =
                    x.upgrade(Headers.of("Connection", "Upgrade").with("Upgrade", "SPDY/3.1"))) {
                raw.output().write(raw.input().readNBytes(4));
                raw.output().close();
            }
        });
        try (SocketChannel channel = connect()) {
            send(channel, upgradeTo("SPDY/3.1") + "ping");
            assertThat(readAll(channel)).endsWith("ping");
        }
    }

    @Test
    void an_upgrade_that_the_handler_refuses_is_an_ordinary_answer() throws IOException {
        serve(x -> {
            assertThat(x.wantsUpgrade()).isTrue();
            x.respond(403, Headers.NONE, "no".getBytes(UTF_8));
        });
        assertThat(ask(upgradeTo("websocket"))).startsWith("HTTP/1.1 403 ").endsWith("no");
    }

    @Test
    void closing_tells_running_streams_to_end_and_removes_the_socket() throws Exception {
        CountDownLatch streaming = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        serve(x -> {
            x.onGone(told::countDown);
            try (BodyStream body = x.stream(200, Headers.NONE)) {
                streaming.countDown();
                told.await();
                body.write("last words".getBytes(UTF_8));
            }
        });
        try (SocketChannel channel = connect()) {
            send(channel, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(streaming.await(30, TimeUnit.SECONDS)).isTrue();
            stop();
            assertThat(readAll(channel)).contains("last words").endsWith("0\r\n\r\n");
        }
        assertThat(socket()).doesNotExist();
    }

    @Test
    void the_socket_is_its_owners_alone_and_a_dead_servers_is_replaced() throws IOException {
        Files.createFile(socket());
        serve(x -> x.respond(200, Headers.NONE, new byte[0]));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-------");
        assertThatThrownBy(() ->
                        HttpServer.start(
                                new HttpSettings(
                                        UnixDomainSocketAddress.of(socket()),
                                        Optional.empty(),
                                        SMALL),
                                x -> {}))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("s.sock")
                .hasMessageContaining("stop it first");
    }

    @Test
    void a_port_in_use_is_named_with_the_cure() {
        HttpSettings any =
                new HttpSettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.empty(),
                        SMALL);
        server = Optional.of(HttpServer.start(any, x -> {}));
        InetSocketAddress taken = (InetSocketAddress) server.orElseThrow().address();
        assertThatThrownBy(() ->
                        HttpServer.start(new HttpSettings(taken, Optional.empty(), SMALL), x -> {}))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining(String.valueOf(taken.getPort()))
                .hasMessageContaining("in use");
    }
}
