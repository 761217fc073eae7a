package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/// What is too much for the API: each flood is answered clearly or cut off, another client is
/// served meanwhile, and afterwards the engine, whose heap is as small as always, holds what it
/// held before. The property `glovebox.floods` multiplies what takes long.
@Isolated("it measures, and takes what processors there are")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FloodsIT {
    private static final int MANY = Integer.getInteger("glovebox.floods", 1);
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final Engine ENGINE = Engine.in(215);

    /// Within these the engine has let go of everything, in MiB and files: what was written lately
    /// stays, 32 MiB at most, for those who watch; caches grow.
    private static final int HEAP_TOLERANCE = 64;

    private static final int FILES_TOLERANCE = 40;
    private static final int RESIDENT_MOST = 1100;

    private static Flood stranger = new Flood(URI.create("https://127.0.0.1"), "");
    private static Flood hostile = stranger;
    private static Flood honest = stranger;
    private static long pid;
    private static Footprint before = new Footprint(0, 0, 0);
    private static @Nullable WellBehaved other;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() throws InterruptedException {
        ENGINE.up("--no-node", "--default-trust", "trusted").ok();
        var status = ENGINE.status();
        pid = status.required("pid").longValue();
        stranger = new Flood(URI.create(status.required("api").textValue()), "");
        hostile = as("hostile");
        honest = as("honest");
        other = new WellBehaved(honest);
        otherIsServed();
        before = Footprint.of(pid);
    }

    private static Flood as(String account) {
        var kubectl = ENGINE.kubectl();
        kubectl.run("create", "serviceaccount", account).ok();
        kubectl.run(
                        "create",
                        "rolebinding",
                        account,
                        "--clusterrole=edit",
                        "--serviceaccount=default:" + account)
                .ok();
        return new Flood(
                stranger.server(), kubectl.run("create", "token", account).ok().text().strip());
    }

    /// The other client was served to the last, and all is let go of.
    @AfterAll
    static void everythingIsReleased() throws Exception {
        try {
            otherIsServed();
            Objects.requireNonNull(other).stop();
            Footprint after = Footprint.of(pid);
            for (int i = 0; i < 60 && after.files() > before.files() + FILES_TOLERANCE; i++) {
                TimeUnit.MILLISECONDS.sleep(500);
                after = Footprint.of(pid);
            }
            System.out.printf("before %s, afterwards %s%n", before, after);
            assertThat(after.heap()).isLessThan(before.heap() + HEAP_TOLERANCE);
            assertThat(after.files()).isLessThanOrEqualTo(before.files() + FILES_TOLERANCE);
            assertThat(after.mostResident()).isLessThan(RESIDENT_MOST);
        } finally {
            ENGINE.purge().ok();
        }
    }

    /// While all connections of the flood are still there.
    @AfterEach
    void theOtherIsServed() throws Exception {
        otherIsServed();
        for (var each : open) {
            each.close();
        }
        threads.shutdownNow();
    }

    private static void otherIsServed() throws InterruptedException {
        Objects.requireNonNull(other).awaitService();
    }

    private <T> List<T> all(int count, IntFunction<Callable<T>> work) throws Exception {
        var futures = new ArrayList<java.util.concurrent.Future<T>>();
        for (int i = 0; i < count; i++) {
            futures.add(threads.submit(work.apply(i)));
        }
        var results = new ArrayList<T>();
        for (var future : futures) {
            results.add(future.get());
        }
        return results;
    }

    // Bodies

    @Test
    void a_body_of_100_megabytes_is_refused_and_not_read() throws Exception {
        for (var headers :
                List.of("Content-Length: 104857600\r\n", "Transfer-Encoding: chunked\r\n")) {
            try (var socket = hostile.connect("http/1.1")) {
                Flood.send(socket, hostile.head("POST", CONFIG_MAPS, headers));
                var answer = threads.submit(() -> Flood.answer(socket));
                var taken = sendUntilCutOff(socket, headers.startsWith("Transfer"));
                assertThat(answer.get())
                        .startsWith("HTTP/1.1 413 ")
                        .contains("\"Request entity too large: limit is 3145728\"");
                assertThat(taken).as(headers).isLessThan(20 << 20);
            }
        }
    }

    /// Bytes that went out, into buffers at least.
    private static int sendUntilCutOff(SSLSocket socket, boolean chunked) {
        var piece = new byte[1 << 16];
        Arrays.fill(piece, (byte) ' ');
        int sent = 0;
        try {
            while (sent < 100 << 20) {
                if (chunked) {
                    Flood.send(socket, "10000\r\n");
                }
                socket.getOutputStream().write(piece);
                if (chunked) {
                    Flood.send(socket, "\r\n");
                }
                sent += piece.length;
            }
        } catch (IOException cutOff) {
            return sent;
        }
        return sent;
    }

    @Test
    void who_may_not_ask_is_refused_before_the_body_is_read() throws Exception {
        for (var client : List.of(stranger, hostile)) {
            try (var socket = client.connect("http/1.1")) {
                var path = "/api/v1/namespaces/kube-system/configmaps";
                Flood.send(socket, client.head("POST", path, "Content-Length: 3000000\r\n"));
                assertThat(Flood.answer(socket))
                        .startsWith("HTTP/1.1 403 ")
                        .containsIgnoringCase("connection: close");
            }
        }
    }

    /// Objects that are as large in memory as three megabytes of text can make them, many at once.
    @Test
    void bodies_that_swell_do_not_exhaust_the_memory() throws Exception {
        var bodies =
                List.of(
                        members(280_000, i -> "\"k" + i + "\":\"\""),
                        "{\"data\":" + "[".repeat(1_500_000),
                        "{\"x\":[" + "{},".repeat(1_000_000) + "{}]}",
                        "{\"x\":[" + "[],".repeat(1_000_000) + "[]]}",
                        "{\"x\":" + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000) + "}",
                        "{\"x\":[" + "1e9,".repeat(700_000) + "1]}",
                        "{\"x\":" + "9".repeat(3_000_000) + "}");
        var answers =
                all(24 * MANY, i -> () -> post("application/json", bodies.get(i % bodies.size())));
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer).containsPattern("^HTTP/1.1 (400|413|422|429) "))
                .anySatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 400 "));
    }

    private static String members(int count, IntFunction<String> member) {
        var text = new StringBuilder("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",");
        text.append("\"metadata\":{\"name\":\"many\"},\"data\":{");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(member.apply(i));
        }
        return text.append("}}").toString();
    }

    private String post(String type, String body) throws IOException {
        var headers = "Content-Type: %s\r\nContent-Length: %d\r\n".formatted(type, body.length());
        return hostile.ask(hostile.head("POST", CONFIG_MAPS, headers) + body);
    }

    @Test
    void a_million_keys_are_more_than_a_body_holds() throws Exception {
        assertThat(post("application/json", members(1_000_000, i -> "\"k" + i + "\":\"\"")))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void yaml_that_multiplies_itself_is_refused() throws Exception {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            var one = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, one + (", " + one).repeat(9)));
        }
        assertThat(post("application/yaml", bomb.toString())).startsWith("HTTP/1.1 400 ");
        assertThat(post("application/yaml", "a: " + "[".repeat(100_000)))
                .startsWith("HTTP/1.1 400 ");
        assertThat(post("application/yaml", "- ".repeat(100_000) + "x"))
                .startsWith("HTTP/1.1 400 ");
    }

    /// Nobody unpacks what comes in packed: it is text that is no JSON.
    @Test
    void a_packed_body_is_not_unpacked() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("{\"data\":{\"a\":\"".getBytes(UTF_8));
            gzip.write(new byte[200 << 20]);
        }
        var head =
                hostile.head(
                        "POST",
                        CONFIG_MAPS,
                        "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n"
                                .formatted(packed.size()));
        try (var socket = hostile.connect("http/1.1")) {
            Flood.send(socket, head);
            socket.getOutputStream().write(packed.toByteArray());
            assertThat(Flood.answer(socket)).startsWith("HTTP/1.1 400 ");
        }
    }

    // Heads

    @Test
    void heads_that_are_too_large_are_refused() throws Exception {
        assertThat(stranger.ask("GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(stranger.ask(stranger.head("GET", "/", "X: " + "y".repeat(1 << 20) + "\r\n")))
                .startsWith("HTTP/1.1 431 ");
        assertThat(stranger.ask(stranger.head("GET", "/", "X: y\r\n".repeat(100_000))))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void forged_tokens_are_refused_one_like_the_other() throws Exception {
        var random = new Random(7);
        var answers =
                all(
                        1_000,
                        i ->
                                () -> {
                                    var parts = honest.token().split("\\.", -1);
                                    var forged =
                                            parts[0] + "." + parts[1] + "." + random.nextLong();
                                    var client = new Flood(honest.server(), forged);
                                    return client.ask(client.head("GET", CONFIG_MAPS, ""));
                                });
        assertThat(answers).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 401 "));
    }

    // Connections

    /// As many as the two processes may have files open for, 10,000 at most. Those beyond the limit
    /// cost others their place, never the clients that are known.
    @Test
    void ten_thousand_connections_on_which_nothing_is_said() throws Exception {
        var address =
                new InetSocketAddress(stranger.server().getHost(), stranger.server().getPort());
        for (int i = 0; i < 10_000; i++) {
            open.add(SocketChannel.open(address));
            if (i == 5_000) {
                otherIsServed();
            }
        }
        otherIsServed();
        assertThat(Footprint.files(pid)).isLessThan(4096 + 500);
    }

    @Test
    void many_connections_of_strangers_after_their_handshakes() throws Exception {
        open.addAll(all(1_500 * MANY, i -> () -> stranger.connect("http/1.1")));
    }

    @Test
    void many_connections_of_a_known_client() throws Exception {
        open.addAll(
                all(
                        1_000 * MANY,
                        i ->
                                () -> {
                                    var socket = hostile.connect("http/1.1");
                                    Flood.send(socket, hostile.head("GET", CONFIG_MAPS, ""));
                                    assertThat(Flood.answer(socket))
                                            .containsPattern("^HTTP/1.1 (200|429) ");
                                    return socket;
                                }));
    }

    @Test
    void requests_that_come_a_byte_at_a_time() throws Exception {
        var head = stranger.head("GET", "/version", "");
        var body = hostile.head("POST", CONFIG_MAPS, "Content-Length: 2000000\r\n");
        List<SSLSocket> slow = all(400, i -> () -> hostile.connect("http/1.1"));
        open.addAll(slow);
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < slow.size(); i++) {
                if (i % 2 == 0) {
                    slow.get(i).getOutputStream().write(head.charAt(round));
                } else {
                    Flood.send(slow.get(i), round == 0 ? body : " ");
                }
            }
        }
    }

    @Test
    void readers_that_never_read() throws Exception {
        var value = "x".repeat(900_000);
        for (int i = 0; i < 8; i++) {
            var object =
                    "{\"metadata\":{\"name\":\"big-%d\"},\"data\":{\"v\":\"%s\"}}"
                            .formatted(i, value);
            assertThat(post("application/json", object)).startsWith("HTTP/1.1 201 ");
        }
        List<SSLSocket> stuck = all(300, i -> () -> hostile.connect("http/1.1"));
        open.addAll(stuck);
        for (int i = 0; i < stuck.size(); i++) {
            var watch = i % 2 == 0 ? "?watch=1" : "";
            Flood.send(stuck.get(i), hostile.head("GET", CONFIG_MAPS + watch, ""));
        }
        otherIsServed();
        for (int i = 0; i < 8; i++) {
            ENGINE.kubectl().run("delete", "configmap", "big-" + i).ok();
        }
    }

    /// One write wakes all who watch, and each makes its own copy.
    @Test
    void large_events_for_many_who_never_read() throws Exception {
        var path = CONFIG_MAPS + "?watch=1&fieldSelector=metadata.name%3Dlarge";
        all(
                450,
                i ->
                        () -> {
                            var socket = hostile.connect("http/1.1");
                            open.add(socket);
                            Flood.send(socket, hostile.head("GET", path, ""));
                            return Flood.answer(socket);
                        });
        var object =
                "{\"metadata\":{\"name\":\"large\",\"annotations\":{\"a\":\"%s\"}},\"data\":{\"v\":\"%s\"}}"
                        .formatted("x".repeat(250_000), "x".repeat(1_000_000));
        assertThat(post("application/json", object)).startsWith("HTTP/1.1 201 ");
        for (int i = 0; i < 5; i++) {
            var changed = object.replaceFirst("x", "y".repeat(i + 1));
            var headers =
                    "Content-Type: application/json\r\nContent-Length: "
                            + changed.length()
                            + "\r\n";
            var head = hostile.head("PUT", CONFIG_MAPS + "/large", headers);
            assertThat(hostile.ask(head + changed)).startsWith("HTTP/1.1 200 ");
        }
        otherIsServed();
        ENGINE.kubectl().run("delete", "configmap", "large").ok();
    }

    @Test
    void watches_of_one_user_are_counted() throws Exception {
        var path = CONFIG_MAPS + "?watch=1&fieldSelector=metadata.name%3Dnobody";
        var answers =
                all(
                        700,
                        i ->
                                () -> {
                                    var socket = hostile.connect("http/1.1");
                                    open.add(socket);
                                    Flood.send(socket, hostile.head("GET", path, ""));
                                    return Flood.answer(socket);
                                });
        assertThat(answers.stream().filter(answer -> answer.startsWith("HTTP/1.1 200 ")))
                .hasSize(500);
        assertThat(answers.stream().filter(answer -> answer.startsWith("HTTP/1.1 429 ")))
                .hasSize(200)
                .allSatisfy(answer -> assertThat(answer).contains("Retry-After: 1"));
        assertThat(honest.ask(honest.head("GET", path + "&timeoutSeconds=1", "")))
                .startsWith("HTTP/1.1 200 ");
    }

    // HTTP/2

    @Test
    void requests_that_are_cancelled_at_once_end_their_connection() throws Exception {
        var frames = new Http2Frames().preface();
        for (int stream = 1; stream < 20_000; stream += 2) {
            frames.request(stream).cancel(stream);
        }
        assertCutOff(frames.take());
    }

    @Test
    void headers_that_never_end_end_their_connection() throws Exception {
        var frames = new Http2Frames().preface().begin(1);
        for (int i = 0; i < 200_000; i++) {
            frames.goOn(1, Http2Frames.header("x-" + i, "y".repeat(50)));
        }
        assertCutOff(frames.take());
    }

    @Test
    void settings_without_end_end_their_connection() throws Exception {
        var frames = new Http2Frames().preface();
        for (int i = 0; i < 1_000_000; i++) {
            frames.settings();
        }
        assertCutOff(frames.take());
    }

    private void assertCutOff(byte[] frames) throws Exception {
        try (var socket = hostile.connect("h2")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            assertThat(cutOff(socket, frames)).isTrue();
        }
    }

    /// Whether the server ended the connection before or after it got everything.
    private static boolean cutOff(SSLSocket socket, byte[] frames) {
        try {
            socket.getOutputStream().write(frames);
            var input = socket.getInputStream();
            var buffer = new byte[1 << 14];
            while (input.read(buffer) >= 0) {
                // What it says is of no interest here.
            }
            return true;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
