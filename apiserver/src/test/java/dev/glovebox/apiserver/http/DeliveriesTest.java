package dev.glovebox.apiserver.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.Answer;
import dev.glovebox.apiserver.ApiServer;
import dev.glovebox.apiserver.Bootstrap;
import dev.glovebox.apiserver.Call;
import dev.glovebox.apiserver.Origin;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.metrics.NodeSummaries;
import dev.glovebox.apiserver.pki.TokenKey;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.http.HttpServer;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Image;
import dev.glovebox.store.Store;
import dev.glovebox.store.sqlite.SqliteStore;
import dev.glovebox.testkit.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DeliveriesTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int OBJECTS = 2000;

    /// More than a connection holds, by far.
    private static final byte[] MUCH = new byte[1 << 20];

    @TempDir private Path directory;
    private Optional<HttpServer> server = Optional.empty();

    @AfterEach
    void stop() {
        server.ifPresent(HttpServer::close);
    }

    private void serve(Deliveries deliveries, Answer.Body body) {
        Answer.Listing listing = new Answer.Listing("application/json", body, List.of());
        server =
                Optional.of(
                        HttpServer.start(
                                new HttpSettings(
                                        UnixDomainSocketAddress.of(directory.resolve("s")),
                                        Optional.empty(),
                                        HttpSettings.Limits.DEFAULT),
                                exchange -> {
                                    try {
                                        deliveries.send(exchange, listing);
                                    } catch (ApiException refusal) {
                                        Responses.send(exchange, refusal);
                                    }
                                }));
    }

    /// A client that has asked and not read anything.
    private SocketChannel asked(String headers) throws IOException {
        SocketChannel channel =
                SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("s")));
        String request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n";
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return channel;
    }

    private static String head(InputStream input) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) new DataInputStream(input).readUnsignedByte());
        }
        return head.toString();
    }

    /// What the chunks hold; fails where the last one is missing.
    private static byte[] chunks(InputStream input) throws IOException {
        DataInputStream data = new DataInputStream(input);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(line(data), 16);
            body.writeBytes(data.readNBytes(length));
            line(data);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    private static String line(DataInputStream data) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            line.append((char) data.readUnsignedByte());
        }
        return line.toString().strip();
    }

    @Test
    void a_slow_reader_gets_the_list_of_its_revision_while_others_write() throws Exception {
        try (Store store = SqliteStore.open(directory.resolve("db"), HistoryLimit.DEFAULT)) {
            ApiServer api = api(store);
            for (int i = 0; i < OBJECTS; i++) {
                store.put(key(i), 0, object(i, "before"));
            }
            Image then = store.image();
            Answer answer = api.handle(list());
            assertThat(answer).isInstanceOf(Answer.Listing.class);
            serve(new Deliveries(1, LONG), ((Answer.Listing) answer).body());
            try (SocketChannel channel = asked("")) {
                InputStream input = Channels.newInputStream(channel);
                head(input);
                for (int i = 0; i < OBJECTS; i++) {
                    Entry entry = store.get(key(i)).orElseThrow();
                    if (i % 3 == 0) {
                        store.delete(key(i), entry.revision(), entry.value());
                    } else {
                        store.put(key(i), entry.revision(), object(i, "after"));
                    }
                }
                judge(MAPPER.readTree(chunks(input)), then);
            }
        }
    }

    private static void judge(JsonNode list, Image then) {
        assertThat(list.at("/metadata/resourceVersion").asLong()).isEqualTo(then.revision());
        Map<String, Long> listed = new TreeMap<>();
        for (JsonNode item : list.path("items")) {
            listed.put(
                    item.at("/metadata/name").asText(),
                    item.at("/metadata/resourceVersion").asLong());
            assertThat(item.at("/data/k").asText()).startsWith("before");
        }
        Map<String, Long> kept = new TreeMap<>();
        for (Entry entry : then.list("configmaps/default/", "", 0).entries()) {
            kept.put(entry.key().substring("configmaps/default/".length()), entry.revision());
        }
        assertThat(listed).isEqualTo(kept).hasSize(OBJECTS);
    }

    private ApiServer api(Store store) {
        ManualClock clock = ManualClock.atNoon();
        ApiServer api =
                new ApiServer(
                        new ApiServer.Settings(
                                store,
                                CustomResourceDefinitions.builtInKinds(Schemas.kubernetes(), clock),
                                Schemas.kubernetes(),
                                TokenKey.open(directory.resolve("pki")),
                                NodeSummaries.NONE,
                                TrustLevel.TRUSTED,
                                clock));
        new Bootstrap(api).run();
        return api;
    }

    private static Call list() {
        return new Call(
                new User("admin", List.of("system:masters")),
                "GET",
                "/api/v1/namespaces/default/configmaps",
                Map.of(),
                "",
                "",
                "",
                Origin.LOCAL,
                new Annotations(),
                new byte[0]);
    }

    private static String key(int i) {
        return "configmaps/default/n%05d".formatted(i);
    }

    private static byte[] object(int i, String text) {
        return "{\"metadata\":{\"name\":\"n%05d\",\"namespace\":\"default\"},\"data\":{\"k\":\"%s\"}}"
                .formatted(i, text + "x".repeat(4000))
                .getBytes(UTF_8);
    }

    /// What the server holds is never more than what was written and not read: the connection's own
    /// buffers and a piece or two, of a body without an end.
    @Test
    void a_reader_that_waits_makes_the_writer_wait_and_one_that_leaves_ends_it() throws Exception {
        AtomicLong written = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(1);
        serve(
                new Deliveries(1, LONG),
                out -> {
                    try {
                        while (true) {
                            out.write(MUCH, 0, 1000);
                            written.addAndGet(1000);
                        }
                    } finally {
                        ended.countDown();
                    }
                });
        try (SocketChannel channel = asked("")) {
            head(Channels.newInputStream(channel));
            long before;
            do {
                before = written.get();
                assertThat(ended.await(300, TimeUnit.MILLISECONDS)).isFalse();
            } while (written.get() != before);
            assertThat(before).isLessThan(4 << 20);
        }
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void what_goes_wrong_at_first_is_a_refusal_and_later_the_end_of_the_connection()
            throws Exception {
        serve(
                new Deliveries(1, LONG),
                out -> {
                    out.write(MUCH, 0, 100);
                    throw new IllegalStateException("on purpose");
                });
        try (SocketChannel channel = asked("")) {
            assertThat(head(Channels.newInputStream(channel))).startsWith("HTTP/1.1 500 ");
        }
        stop();
        serve(
                new Deliveries(1, LONG),
                out -> {
                    out.write(MUCH);
                    throw new ApiException(StatusReason.FORBIDDEN, "on purpose");
                });
        try (SocketChannel channel = asked("")) {
            InputStream input = Channels.newInputStream(channel);
            assertThat(head(input)).startsWith("HTTP/1.1 200 ");
            assertThat(new String(input.readAllBytes(), ISO_8859_1))
                    .isNotEmpty()
                    .doesNotEndWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    void long_bodies_are_compressed_for_those_who_like_that() throws Exception {
        serve(new Deliveries(2, LONG), out -> out.write(MUCH));
        try (SocketChannel channel = asked("Accept-Encoding: gzip\r\n")) {
            InputStream input = Channels.newInputStream(channel);
            assertThat(head(input).toLowerCase(java.util.Locale.ROOT))
                    .contains("content-encoding: gzip", "vary: accept-encoding");
            byte[] body = chunks(input);
            assertThat(body.length).isLessThan(MUCH.length / 10);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes())
                    .isEqualTo(MUCH);
        }
        try (SocketChannel channel = asked("Accept-Encoding: gzip;q=0\r\n")) {
            InputStream input = Channels.newInputStream(channel);
            assertThat(head(input)).doesNotContain("gzip");
            assertThat(chunks(input)).isEqualTo(MUCH);
        }
        stop();
        serve(new Deliveries(1, LONG), out -> out.write(MUCH, 0, (128 << 10) - 1));
        try (SocketChannel channel = asked("Accept-Encoding: gzip\r\n")) {
            InputStream input = Channels.newInputStream(channel);
            assertThat(head(input)).contains("content-length: 131071");
            assertThat(input.readAllBytes()).hasSize(131071);
        }
    }

    @Test
    void only_so_many_are_sent_at_once_and_short_ones_always() throws Exception {
        serve(new Deliveries(1, LONG), out -> out.write(new byte[16 << 20]));
        try (SocketChannel first = asked("")) {
            InputStream input = Channels.newInputStream(first);
            assertThat(head(input)).startsWith("HTTP/1.1 200 ");
            try (SocketChannel second = asked("")) {
                assertThat(head(Channels.newInputStream(second)))
                        .startsWith("HTTP/1.1 429 ")
                        .containsIgnoringCase("retry-after: 1");
            }
            assertThat(chunks(input)).hasSize(16 << 20);
            input.readAllBytes();
        }
        stop();
        serve(new Deliveries(0, LONG), out -> out.write(MUCH, 0, 100_000));
        try (SocketChannel channel = asked("")) {
            assertThat(head(Channels.newInputStream(channel))).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void a_place_is_given_back_by_one_who_does_not_take_what_he_asked_for() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Deliveries deliveries = new Deliveries(1, Duration.ofMillis(100));
        serve(
                deliveries,
                out -> {
                    try {
                        out.write(new byte[16 << 20]);
                    } finally {
                        ended.countDown();
                    }
                });
        try (SocketChannel channel = asked("")) {
            ended.await();
            assertThat(new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 200 ")
                    .doesNotEndWith("\r\n0\r\n\r\n");
        }
        String answer;
        do { // until the server has noticed too
            try (SocketChannel channel = asked("")) {
                answer = head(Channels.newInputStream(channel));
            }
        } while (answer.startsWith("HTTP/1.1 429 "));
        assertThat(answer).startsWith("HTTP/1.1 200 ");
    }
}
