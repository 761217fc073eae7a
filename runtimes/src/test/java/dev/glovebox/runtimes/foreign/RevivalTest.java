package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where no containerd answers; with one that comes back: `ConfiguringSystemdIT`.
class RevivalTest {
    @TempDir Path directory;

    @Test
    void a_restart_that_is_refused_is_asked_for_again_and_its_last_reason_told() throws Exception {
        Path asked = directory.resolve("asked");
        assertThat(told("echo once >>%s; echo too often; exit 1".formatted(asked)))
                .startsWith(Revival.NO_ANSWER)
                .endsWith("too often");
        assertThat(Files.readAllLines(asked)).hasSizeGreaterThan(1);
    }

    @Test
    void one_that_is_done_in_the_end_is_not_called_refused() throws Exception {
        Path asked = directory.resolve("asked");
        assertThat(told("echo once >>%1$s; [ $(wc -l <%1$s) -gt 1 ]".formatted(asked)))
                .isEqualTo(Revival.NO_ANSWER);
        assertThat(Files.readAllLines(asked)).hasSize(2);
    }

    private String told(String script) throws InterruptedException {
        try (LiveContainerd nobody = new LiveContainerd(directory.resolve("s"))) {
            return new Revival(
                            new RestartCommand(List.of("sh", "-c", script)),
                            nobody,
                            "runsc",
                            Duration.ofSeconds(2),
                            Duration.ofMillis(100))
                    .run();
        }
    }
}
