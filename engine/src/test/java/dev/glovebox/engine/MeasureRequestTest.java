package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.control.ControlClient;
import dev.glovebox.control.ControlServer;
import dev.glovebox.control.Request;
import dev.glovebox.runtimes.measure.OverheadFile;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Over a real socket, of a node that cannot start a sandbox.
@Timeout(30)
class MeasureRequestTest {
    @TempDir Path directory;
    private final ManualClock clock = ManualClock.atNoon();

    @Test
    void one_that_cannot_be_measured_is_a_row_and_keeps_no_other_from_it() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = ask(true, out);

        JsonNode rows = new ObjectMapper().readTree(out.toByteArray());
        assertThat(rows.findValuesAsText("handler")).containsExactly("runc", "runsc");
        assertThat(rows.findValuesAsText("class"))
                .hasSize(2)
                .allMatch(outcome -> outcome.startsWith("not measured: "));
        assertThat(code).isEqualTo(1);
    }

    @Test
    void the_table_says_so_too() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ask(false, out);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("gvisor ") && line.contains("not measured: "));
    }

    private int ask(boolean json, ByteArrayOutputStream out) throws Exception {
        ProvenHandlers handlers =
                new ProvenHandlers(List.of(Handlers.RUNC, Handlers.RUNSC), Map.of());
        handlers.prove(Handlers::ready);
        Parts node =
                new Parts(
                        "master", unused(), unused(), unused(), unused(), handlers, "busybox",
                        unused(), Map::of);
        MeasureRequest request =
                new MeasureRequest(
                        List.of(node),
                        new Measurement(new OverheadFile(directory), clock, 1),
                        new ClassOverheads(new FakeCluster(clock)),
                        "");
        Path socket = directory.resolve("sock");
        try (ControlServer _ =
                        ControlServer.listen(
                                socket,
                                (asked, talk) -> request.answer(json, talk),
                                failure -> {
                                    throw new AssertionError(failure);
                                });
                ControlClient client = ControlClient.connect(socket)) {
            return client.converse(
                    new Request.RuntimeMeasure("", 1, json),
                    out,
                    new ByteArrayOutputStream(),
                    line -> {});
        }
    }

    /// A part that this node has not.
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unused() {
        return null;
    }
}
