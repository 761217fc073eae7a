package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// With a process of its own, which is signalled.
class ShutdownHookTest {
    @Test
    void a_process_that_is_signalled_closes_first_and_then_ends_at_once() throws Exception {
        Process process = engine("waits");
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo("started");
            process.toHandle().destroy();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(said.readLine()).isEqualTo("closed");
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void a_process_that_ends_by_itself_is_not_held_up() throws Exception {
        Process process = engine("ends");
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(said.lines()).containsExactly("started", "closed");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process engine(String word) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stand.class.getName(),
                        word)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /// Stands for the engine's process: waits until it is to stop, closes, and exits as
    /// [EngineMain] does.
    static final class Stand {
        private Stand() {}

        public static void main(String[] words) throws InterruptedException {
            CountDownLatch stopping = new CountDownLatch(words[0].equals("waits") ? 1 : 0);
            try (ShutdownHook _ = ShutdownHook.install(stopping::countDown)) {
                System.out.println("started");
                stopping.await();
                System.out.println("closed");
            }
            System.exit(0);
        }
    }
}
