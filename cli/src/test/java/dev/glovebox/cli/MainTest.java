package dev.glovebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.control.CheckSpec;
import dev.glovebox.control.ControlServer;
import dev.glovebox.control.Conversation;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.control.Refusal;
import dev.glovebox.control.Request;
import dev.glovebox.control.RunSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The words of the command line, against an engine that only listens.
class MainTest {
    @TempDir Path directory;
    private final List<Request> asked = new CopyOnWriteArrayList<>();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --memory lots -- true",
                "run --memory -1 -- true",
                "run --cpus -1 -- true",
                "run --pids -4 -- true",
                "run --pids many -- true",
                "run --timeout soon -- true",
                "run --timeout 30 -- true",
                "run --isolation cage -- true",
                "run --network everything -- true",
                "run --name Not_A_Name -- true",
                "run --env =x -- true",
                "run --rm --keep -- true",
                "run --no-such-option -- true",
                "run -t -- true",
            })
    void wrong_words_for_run_are_one_line_and_125(String line) {
        assertThat(execute(line.split(" ", -1))).isEqualTo(125);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("glovebox: ");
    }

    @Test
    void wrong_words_elsewhere_are_one_line_and_2() {
        assertThat(execute("status", "--jsonn")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void without_an_engine_status_says_how_to_start_one() {
        assertThat(execute("status", "--data-dir", directory.resolve("d").toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("glovebox: ").contains("sudo");
    }

    @Test
    void run_asks_for_what_was_said() throws IOException {
        var code =
                withEngine(
                        "run",
                        "--memory",
                        "64Mi",
                        "--env",
                        "A=b=c",
                        "--timeout",
                        "2m",
                        "--",
                        "sh",
                        "-c",
                        "-x y");
        assertThat(code).isEqualTo(7);
        var spec = ((Request.Run) asked.getLast()).spec();
        assertThat(spec.memory()).isEqualTo("64Mi");
        assertThat(spec.environment()).containsEntry("A", "b=c");
        assertThat(spec.timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(spec.command()).containsExactly("sh", "-c", "-x y");
        assertThat(spec.network()).isEqualTo(RunSpec.Network.NONE);
        assertThat(spec.isolation()).isEqualTo(RunSpec.Isolation.AUTO);
    }

    @Test
    void a_check_runs_under_runc_only_what_somebody_agreed_to() throws IOException {
        assertThat(withEngine("check", "web:1")).isEqualTo(7);
        assertThat(checked().sides()).isEqualTo(CheckSpec.Sides.GVISOR);

        withEngine("check", "--yes", "--only", "gvisor", "web:1");
        assertThat(checked().sides()).isEqualTo(CheckSpec.Sides.GVISOR);

        withEngine("check", "web:1", "--yes", "--ask", "true", "--env", "A=b", "--", "ls", "-l");
        assertThat(checked().sides()).isEqualTo(CheckSpec.Sides.BOTH);
        assertThat(checked().question()).isEqualTo("true");
        assertThat(checked().run().image()).isEqualTo("web:1");
        assertThat(checked().run().command()).containsExactly("ls", "-l");
        assertThat(checked().run().environment()).containsEntry("A", "b");
        assertThat(checked().run().timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(checked().run().network()).isEqualTo(RunSpec.Network.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check --timeout 0s web:1",
                "check --timeout 61m web:1",
                "check --timeout soon web:1",
                "check --only runc web:1",
                "check --memory lots web:1",
            })
    void wrong_words_for_check_are_one_line(String line) {
        assertThat(execute(line.split(" ", -1))).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
    }

    private CheckSpec checked() {
        return ((Request.Check) asked.getLast()).spec();
    }

    @Test
    void options_after_the_command_belong_to_the_command() throws IOException {
        withEngine("run", "ls", "--memory", "-l");
        assertThat(((Request.Run) asked.getLast()).spec().command())
                .containsExactly("ls", "--memory", "-l");
    }

    @Test
    void a_refusals_code_is_the_commands_own() throws IOException {
        assertThat(withEngine("image", "pull", "no/such")).isEqualTo(125);
    }

    @Test
    void a_file_to_load_is_sent_whole() throws IOException {
        var file = Files.write(directory.resolve("archive"), new byte[300_000]);
        assertThat(withEngine("image", "load", file.toString())).isEqualTo(300_000 % 251);
        assertThat(withEngine("image", "load", directory.resolve("none").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("there is no such file");
    }

    @AfterEach
    void nothing_looks_like_a_stack_trace() {
        assertThat(err.toString()).doesNotContain("\tat ");
    }

    private int withEngine(String... words) throws IOException {
        var paths = EnginePaths.of(directory.resolve("data"));
        Files.createDirectories(paths.run());
        try (var _ = ControlServer.listen(paths.controlSocket(), this::handle, failure -> {})) {
            var line = new ArrayList<>(List.of(words));
            line.addAll(
                    words[0].equals("image") ? 2 : 1,
                    List.of("--data-dir", paths.data().toString()));
            return execute(line.toArray(String[]::new));
        } finally {
            Files.deleteIfExists(paths.run());
        }
    }

    private int handle(Request request, Conversation conversation) throws Refusal, IOException {
        asked.add(request);
        return switch (request) {
            case Request.Status status -> {
                conversation.output().write("{\"ready\": true}".getBytes(StandardCharsets.UTF_8));
                yield 0;
            }
            case Request.ImageLoad load -> conversation.input().readAllBytes().length % 251;
            case Request.ImagePull pull -> throw new Refusal(125, "no such image");
            default -> 7;
        };
    }

    private int execute(String... words) {
        return Main.commandLine().setErr(new PrintWriter(err)).execute(words);
    }
}
