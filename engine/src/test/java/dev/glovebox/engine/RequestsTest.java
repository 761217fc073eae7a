package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.control.ControlClient;
import dev.glovebox.control.ControlServer;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Over a real socket, as command lines ask.
class RequestsTest {
    @TempDir Path directory;
    private final Lifetime lifetime = new Lifetime("engine");
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void an_engine_that_starts_tells_its_status() throws IOException {
        assertThat(ask(new Request.Status(true))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"starting\":\"opening the store\"");
    }

    @Test
    void an_engine_that_starts_can_be_stopped() throws Exception {
        assertThat(ask(new Request.Down())).isZero();
        lifetime.awaitStop();
        assertThatThrownBy(() -> lifetime.doing("starting the API"))
                .hasMessage(
                        "the engine was told to stop while it was starting, before starting the API");
    }

    @Test
    void an_engine_that_starts_runs_nothing_and_says_so() throws IOException {
        assertThat(ask(new Request.Run(new Runs().spec()))).isEqualTo(125);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("glovebox: the engine is still opening the store; try again\n");
        assertThat(failures).isEmpty();
    }

    @Test
    void whatever_else_needs_a_running_engine_ends_with_1() throws IOException {
        for (Request request :
                List.of(
                        new Request.Inspect("default", "web", false),
                        new Request.ImageList(false),
                        new Request.ImagePull("busybox"),
                        new Request.ImageRemove("busybox"))) {
            assertThat(ask(request)).as(request.toString()).isEqualTo(1);
        }
        assertThat(failures).isEmpty();
    }

    private int ask(Request request) throws IOException {
        Path socket = directory.resolve("sock");
        lifetime.doing("opening the store");
        Requests requests = new Requests(new EnginePaths(directory, directory), 1, lifetime);
        try (ControlServer _ = ControlServer.listen(socket, requests, failures::add);
                ControlClient client = ControlClient.connect(socket)) {
            return client.converse(request, out, err, line -> {});
        }
    }
}
