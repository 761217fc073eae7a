package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `glovebox run -it` at a real terminal, which `script` makes.
@SharedEngine
class TerminalIT {
    private static final long PATIENCE_SECONDS = 60;
    private final Engine engine;

    TerminalIT(Engine engine) {
        this.engine = engine;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_session_echoes_resizes_is_interrupted_and_ended(String isolation)
            throws IOException, InterruptedException {
        var line =
                String.join(
                        " ",
                        engine.command("run", "-i", "-t", "--isolation", isolation, "--", "sh")
                                .line());
        var shell =
                "tty; stty rows 30 cols 90; before=$(stty -g); GLOVEBOX_BUILD=never "
                        + line
                        + "; echo code-$?; test \"$before\" = \"$(stty -g)\" && echo terminal-as-before";
        try (var session = new Session(Command.of("script", "-qefc", shell, "/dev/null").start())) {
            var terminal = session.await(Pattern.compile("/dev/pts/\\d+"));
            session.await(Pattern.compile("[#$] "));

            session.type("stty size\n");
            session.await(Pattern.compile("\\b30 90\\b"));

            Command.of("stty", "-F", terminal, "rows", "41", "cols", "123").run().ok();
            session.type("sleep 0.5; stty size\n");
            session.await(Pattern.compile("\\b41 123\\b"));

            // The one that is to be interrupted says itself that it runs: until the shell has
            // handed it
            // the terminal, Ctrl-C would go to the shell, which waits on.
            session.type("sh -c 'echo now-$((1+1)); exec sleep 1000'; echo never\n");
            session.await(Pattern.compile("now-2"));
            session.type("\u0003");
            session.await(Pattern.compile("/ # "));
            session.type("echo after-$((40+2))\n");
            session.await(Pattern.compile("after-42"));

            session.type("stty -echo; echo bye-$((3+4)); (exit 7)\n");
            session.await(Pattern.compile("bye-7\\s+/ # "));
            session.type("\u0004");
            session.await(Pattern.compile("code-7"));
            session.await(Pattern.compile("terminal-as-before"));
            assertThat(session.seen()).doesNotContain("\nnever");
        }
    }

    /// A program at a terminal: what it has shown so far, and what is typed.
    private static final class Session implements AutoCloseable {
        private final Process process;
        private final StringBuilder shown = new StringBuilder();

        Session(Process process) {
            this.process = process;
            Thread.ofVirtual().start(this::read);
        }

        void type(String keys) throws IOException {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        synchronized String seen() {
            return shown.toString();
        }

        /// Waits until something is shown after all that was awaited before.
        synchronized String await(Pattern wanted) throws InterruptedException {
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (true) {
                var match = wanted.matcher(shown);
                if (match.find(from)) {
                    from = match.end();
                    return match.group();
                }
                var left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || (!process.isAlive() && ended)) {
                    throw new AssertionError("never shown: " + wanted + "\n--- shown\n" + shown);
                }
                wait(Math.min(left, 200));
            }
        }

        private int from;
        private boolean ended;

        private void read() {
            try (var in = process.inputReader(StandardCharsets.UTF_8)) {
                for (var next = in.read(); next >= 0; next = in.read()) {
                    add((char) next);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                end();
            }
        }

        private synchronized void add(char next) {
            shown.append(next);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        @Override
        public void close() {
            var all = List.copyOf(process.descendants().toList());
            process.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
