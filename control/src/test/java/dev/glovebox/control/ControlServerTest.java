package dev.glovebox.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
    @TempDir Path directory;
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void a_request_is_carried_out_and_its_exit_code_comes_back() throws IOException {
        var seen = new CompletableFuture<Request>();
        var code =
                ask(
                        new Request.Status(true),
                        (request, conversation) -> {
                            seen.complete(request);
                            conversation.output().write("out".getBytes(StandardCharsets.UTF_8));
                            conversation.error().write("err".getBytes(StandardCharsets.UTF_8));
                            return 42;
                        });
        assertThat(code).isEqualTo(42);
        assertThat(seen.join()).isEqualTo(new Request.Status(true));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("err");
    }

    @Test
    void every_field_of_a_run_arrives() throws IOException {
        var environment = new LinkedHashMap<String, String>();
        environment.put("A", "b=c\nd");
        environment.put("EMPTY", "");
        var spec =
                new RunSpec(
                        "image:1",
                        List.of("sh", "-c", "echo 'x y'\n", ""),
                        RunSpec.Isolation.GVISOR,
                        RunSpec.Network.INTERNET,
                        true,
                        true,
                        80,
                        24,
                        environment,
                        "1500m",
                        "64Mi",
                        100,
                        Duration.ofSeconds(30),
                        true,
                        "name",
                        true);
        var seen = new CompletableFuture<Request>();
        ask(
                new Request.Run(spec),
                (request, conversation) -> {
                    seen.complete(request);
                    return 0;
                });
        assertThat(seen.join()).isEqualTo(new Request.Run(spec));
    }

    @Test
    void a_refusal_is_one_line_and_its_code() throws IOException {
        var code =
                ask(
                        new Request.Down(),
                        (request, conversation) -> {
                            throw new Refusal(125, "no such image");
                        });
        assertThat(code).isEqualTo(125);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("glovebox: no such image\n");
        assertThat(failures).isEmpty();
    }

    @Test
    void a_fault_of_ours_is_told_and_kept() throws IOException {
        var code =
                ask(
                        new Request.Down(),
                        (request, conversation) -> {
                            throw new IllegalStateException("broken");
                        });
        assertThat(code).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("broken")
                .contains("glovebox logs");
        assertThat(failures).hasSize(1);
    }

    @Test
    void input_larger_than_any_buffer_comes_back_whole_and_sizes_and_signals_arrive()
            throws IOException {
        var heard = new CopyOnWriteArrayList<String>();
        ControlHandler echo =
                (request, conversation) -> {
                    conversation.onResize((columns, rows) -> heard.add(columns + "x" + rows));
                    conversation.onSignal(heard::add);
                    conversation.progress("listening");
                    conversation.input().transferTo(conversation.output());
                    return 0;
                };
        var sent = "0123456789abcdef".repeat(1 << 18).getBytes(StandardCharsets.UTF_8);
        try (var _ = ControlServer.listen(socket(), echo, failures::add);
                var client = ControlClient.connect(socket())) {
            var said = new ArrayList<String>();
            var code =
                    client.converse(
                            new Request.ImageLoad(),
                            out,
                            err,
                            line -> {
                                said.add(line);
                                Thread.ofVirtual().start(() -> feed(client, sent));
                            });
            assertThat(code).isZero();
            assertThat(said).containsExactly("listening");
        }
        assertThat(out.toByteArray()).isEqualTo(sent);
        assertThat(heard).containsExactly("132x43", "INT");
    }

    @Test
    void a_caller_that_goes_away_is_noticed() throws IOException {
        var gone = new CompletableFuture<String>();
        var started = new CompletableFuture<String>();
        ControlHandler wait =
                (request, conversation) -> {
                    conversation.onHangUp(() -> gone.complete("gone"));
                    started.complete("started");
                    return gone.join().length();
                };
        try (var _ = ControlServer.listen(socket(), wait, failures::add)) {
            var client = ControlClient.connect(socket());
            var call =
                    CompletableFuture.runAsync(() ->
                            assertThatThrownBy(() ->
                                            client.converse(
                                                    new Request.Down(), out, err, line -> {}))
                                    .isInstanceOf(IOException.class));
            started.join();
            client.close();
            call.join();
            assertThat(gone.join()).isEqualTo("gone");
        }
    }

    @Test
    void after_a_normal_end_nobody_has_hung_up() throws IOException {
        var gone = new CompletableFuture<String>();
        ask(
                new Request.Down(),
                (request, conversation) -> {
                    conversation.onHangUp(() -> gone.complete("gone"));
                    return 0;
                });
        ask(new Request.Down(), (request, conversation) -> 0);
        assertThat(gone).isNotDone();
    }

    @Test
    void without_an_engine_connecting_fails() {
        assertThatThrownBy(() -> ControlClient.connect(socket())).isInstanceOf(IOException.class);
    }

    /// The engine answers before everything is said, and closes.
    @Test
    void an_answer_counts_that_came_before_all_was_said() throws IOException {
        try (var _ =
                        ControlServer.listen(
                                socket(),
                                (request, conversation) -> {
                                    throw new Refusal(7, "no");
                                },
                                failures::add);
                var client = ControlClient.connect(socket())) {
            client.start(new Request.Down());
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    client.input(new byte[1], 1);
                                }
                            })
                    .isInstanceOf(IOException.class);
            client.resize(80, 24);
            client.signal("INT");
            client.inputEnd();
            assertThat(client.finish(out, err, line -> {})).isEqualTo(7);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("glovebox: no\n");
    }

    private int ask(Request request, ControlHandler handler) throws IOException {
        try (var _ = ControlServer.listen(socket(), handler, failures::add);
                var client = ControlClient.connect(socket())) {
            return client.converse(request, out, err, line -> {});
        }
    }

    private static void feed(ControlClient client, byte[] bytes) {
        try {
            client.resize(132, 43);
            client.signal("INT");
            for (var sent = 0; sent < bytes.length; sent += 1 << 16) {
                var piece = java.util.Arrays.copyOfRange(bytes, sent, sent + (1 << 16));
                client.input(piece, piece.length);
            }
            client.inputEnd();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path socket() {
        return directory.resolve("sock");
    }
}
