package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLockTest {
    @TempDir Path temp;
    private Path data;
    private String refusal;

    @BeforeEach
    void a_data_directory() throws IOException {
        data = temp.toRealPath();
        refusal =
                "the data directory %s is in use by another engine; stop it with: sudo ./glovebox down --data-dir %s"
                        .formatted(data, data);
    }

    @Test
    void a_second_taker_is_refused_by_name() throws IOException {
        try (EngineLock _ = EngineLock.take(lock())) {
            assertThatThrownBy(() -> EngineLock.take(lock()))
                    .isInstanceOf(EngineException.class)
                    .hasMessage(refusal);
        }
    }

    @Test
    void another_process_is_refused_by_name_also_after_one_here_was() throws Exception {
        try (EngineLock _ = EngineLock.take(lock())) {
            assertThatThrownBy(() -> EngineLock.take(lock())).isInstanceOf(EngineException.class);

            assertThat(taker()).isEqualTo(refusal);
        }
    }

    @Test
    void what_was_given_back_can_be_taken_again() throws IOException {
        EngineLock.take(lock()).close();
        try (EngineLock _ = EngineLock.take(lock())) {
            assertThat(lock()).exists();
        }
    }

    @Test
    void a_directory_is_the_same_under_every_name() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), data);
        try (EngineLock _ = EngineLock.take(lock())) {
            assertThatThrownBy(() -> EngineLock.take(link.resolve("lock")))
                    .isInstanceOf(EngineException.class)
                    .hasMessage(refusal);
        }
    }

    @Test
    void a_link_in_the_locks_place_is_not_followed() throws IOException {
        Path elsewhere = temp.resolve("elsewhere");
        Files.createSymbolicLink(lock(), elsewhere);

        assertThatThrownBy(() -> EngineLock.take(lock())).isInstanceOf(IOException.class);
        assertThat(elsewhere).doesNotExist();
        Files.delete(lock());
        EngineLock.take(lock()).close();
    }

    private Path lock() {
        return data.resolve("lock");
    }

    private String taker() throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Taker.class.getName(),
                                lock().toString())
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /// A process that tries.
    static final class Taker {
        private Taker() {}

        public static void main(String[] words) throws IOException {
            try (EngineLock _ = EngineLock.take(Path.of(words[0]))) {
                System.out.println("taken");
            } catch (EngineException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }
}
