package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `check` on small programs: what is the same, what differs, what gVisor refuses.
@SharedEngine
class CheckIT {
    /// Moves pages into a pipe, which gVisor cannot; ends with 1 where it may not.
    private static final String VMSPLICE =
            """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <stdio.h>
            #include <sys/uio.h>
            #include <unistd.h>
            int main(void) {
                int ends[2];
                char text[] = "moved";
                struct iovec pages = {text, sizeof text};
                if (pipe(ends) < 0 || vmsplice(ends[1], &pages, 1, 0) < 0) {
                    perror("vmsplice");
                    return 1;
                }
                return puts("moved") < 0;
            }
            """;

    /// Begins a thread, for which newer C libraries ask by `clone3` and then, where that is not
    /// there (`ENOSYS`), by `clone`.
    private static final String THREAD =
            """
            #include <pthread.h>
            #include <stdio.h>
            #include <string.h>
            static void *body(void *text) {
                return puts(text) < 0 ? NULL : text;
            }
            int main(void) {
                pthread_t thread;
                char text[] = "in a thread";
                int failed = pthread_create(&thread, NULL, body, text);
                if (failed) {
                    printf("pthread_create: %s\\n", strerror(failed));
                }
                return failed || pthread_join(thread, NULL);
            }
            """;

    private final Engine engine;
    @TempDir private static Path directory;

    CheckIT(Engine engine) {
        this.engine = engine;
    }

    @Test
    void the_same_input_gives_the_same_output_and_figures_of_both() {
        var ran =
                engine.command("check", "--yes", "--json", "-i", engine.busybox(), "--", "wc", "-c")
                        .input("four\n")
                        .run()
                        .ok();
        var report = Kubectl.json(ran.out());
        assertThat(report.required("verdict").textValue()).as(report.toString()).isEqualTo("same");
        for (var side : List.of("gvisor", "runc")) {
            var figures = report.required(side);
            assertThat(figures.required("stdout").textValue()).isEqualTo("5\n");
            assertThat(figures.required("exitCode").intValue()).isZero();
            assertThat(figures.required("seconds").doubleValue()).isPositive();
            assertThat(figures.required("memoryPeak").longValue()).isPositive();
        }
        assertThat(report.required("refusedComplete").booleanValue()).isTrue();
    }

    @Test
    void a_call_that_gvisor_refuses_is_named_and_the_program_said_not_to_run() throws IOException {
        load("splice", VMSPLICE);
        var ran = engine.run("check", "--yes", "example.test/splice:1");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(4);
        assertThat(ran.lines().getLast())
                .startsWith("does not run: it ended with exit code 1, and under runc")
                .contains("vmsplice (moving pages into a pipe)");
        assertThat(ran.out()).contains("gVisor refused:", "vmsplice: Function not implemented");
        engine.run("image", "remove", "example.test/splice:1").ok();
    }

    /// Containers of `check` ask for the runtime's own seccomp profile, under which gVisor by
    /// itself answers `clone3` so that nobody tries `clone`.
    @Test
    void a_program_that_begins_a_thread_runs_the_same() throws IOException {
        load("thread", THREAD);
        var report =
                Kubectl.json(
                        engine.run("check", "--yes", "--json", "example.test/thread:1").ok().out());
        assertThat(report.required("verdict").textValue()).as(report.toString()).isEqualTo("same");
        assertThat(report.at("/gvisor/stdout").textValue()).isEqualTo("in a thread\n");
        engine.run("image", "remove", "example.test/thread:1").ok();
    }

    @Test
    void lines_that_differ_are_shown_without_their_control_characters() {
        var script = "date +%N; printf '\\033[31m'; uname -r";
        var ran = engine.run("check", "--yes", engine.busybox(), "--", "sh", "-c", script);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(3);
        assertThat(ran.lines().getLast())
                .isEqualTo("runs, but standard output differs in 1 of 2 lines");
        assertThat(ran.out())
                .contains("line 2 under gVisor: ?[31m4.")
                .doesNotContain("\033", "line 1");
    }

    @Test
    void a_server_is_asked_and_then_stopped() {
        var serve = "mkdir /w; echo hello > /w/a; exec httpd -f -p 127.0.0.1:80 -h /w";
        var ran =
                engine.run(
                        "check",
                        "--yes",
                        "--json",
                        "--ask",
                        "wget -qO- http://127.0.0.1/a",
                        engine.busybox(),
                        "--",
                        "sh",
                        "-c",
                        serve);
        JsonNode report = Kubectl.json(ran.ok().out());
        assertThat(report.required("verdict").textValue()).isEqualTo("same");
        assertThat(report.at("/gvisor/answer/stdout").textValue()).isEqualTo("hello\n");
        assertThat(report.at("/seenFromHost/containerProcesses").intValue()).isZero();
    }

    @Test
    void one_that_gives_no_answer_is_not_said_to_run_the_same() {
        var hangs = asked("if uname -v | grep -q PST.2016; then sleep 60; fi");
        assertThat(hangs.exit()).as(hangs.toString()).isEqualTo(4);
        assertThat(hangs.lines().getLast()).startsWith("does not run: the question was answered");

        var never = asked("nothing-of-this-name");
        assertThat(never.exit()).as(never.toString()).isEqualTo(5);
        assertThat(never.lines().getLast())
                .startsWith("not known: the question was answered under neither");
    }

    @Test
    void nothing_runs_under_runc_that_nobody_agreed_to() {
        var ran =
                engine.run(
                        "check", engine.busybox(), "--", "sh", "-c", "uname -v | grep -q PST.2016");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.err()).contains("--yes runs it under runc too");
        assertThat(ran.lines().getLast()).contains("not compared with runc");
    }

    private Ran asked(String question) {
        return engine.run(
                "check",
                "--yes",
                "--timeout",
                "2s",
                "--ask",
                question,
                engine.busybox(),
                "--",
                "sleep",
                "60");
    }

    /// Makes an image of a program of C, `example.test/NAME:1`.
    private void load(String name, String source) throws IOException {
        var root = Files.createDirectories(directory.resolve(name));
        var file = Files.writeString(directory.resolve(name + ".c"), source);
        Command.of("cc", "-static", "-o", root.resolve(name).toString(), file.toString())
                .run()
                .ok();
        var archive = directory.resolve(name + ".tar");
        Image.of(root, List.of("/" + name)).dockerSave("example.test/" + name + ":1", archive);
        engine.run("image", "load", archive.toString()).ok();
    }
}
