package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {
    private static final int LIMIT = 10;
    private static final int FILES = 3;
    private static final String FULL = "x".repeat(LIMIT);

    @TempDir Path directory;

    private final ManualClock clock = ManualClock.atNoon();
    private final FakeRuntime runtime = new FakeRuntime();
    private LogRotation rotation;
    private Path log;

    @BeforeEach
    void run_one_container() throws IOException {
        NodeSettings settings =
                new NodeSettings(
                        "n",
                        List.of("192.0.2.1"),
                        directory,
                        directory,
                        NodeSettings.Pids.usual(Map.of(), Set.of()),
                        new NodeSettings.Logs(LIMIT, FILES),
                        java.util.Optional.empty(),
                        Headroom.DEFAULT,
                        0);
        rotation = new LogRotation(settings, runtime, clock);
        log = settings.logDirectory().resolve("default_p_u").resolve("c").resolve("2.log");
        Files.createDirectories(log.getParent());
        runtime.views.put(
                new ContainerRuntime.RuntimePod("u", "default", "p", true, ""),
                view(new ContainerState.Running(clock.instant())));
    }

    @Test
    void a_log_below_the_limit_stays() throws IOException {
        Files.writeString(log, FULL.substring(1));

        rotation.rotate();

        assertThat(files()).containsExactly("2.log");
        assertThat(runtime.reopened).isEmpty();
    }

    @Test
    void a_log_at_the_limit_is_named_by_the_clock_and_opened_anew() throws IOException {
        Files.writeString(log, FULL);

        rotation.rotate();

        assertThat(files()).containsExactly(rotated());
        assertThat(runtime.reopened).containsExactly("id");
    }

    @Test
    void the_runtime_is_not_asked_about_pods_whose_logs_are_small() throws IOException {
        Files.writeString(log, FULL.substring(1));
        rotation.rotate();
        assertThat(runtime.looks).isZero();

        Files.writeString(log, FULL);
        rotation.rotate();
        assertThat(runtime.looks).isEqualTo(1);
    }

    @Test
    void the_oldest_are_removed() throws IOException {
        rotateFull();
        String second = rotateFull();
        String third = rotateFull();
        Files.writeString(log, "new");

        assertThat(files()).containsExactly("2.log", second, third).hasSize(FILES);
    }

    @Test
    void other_attempts_keep_their_logs() throws IOException {
        Files.writeString(log.resolveSibling("1.log"), FULL);

        for (int i = 0; i < FILES; i++) {
            rotateFull();
        }

        assertThat(files()).contains("1.log");
    }

    @Test
    void a_log_that_the_runtime_does_not_open_anew_goes_back() throws IOException {
        Files.writeString(log, FULL);
        runtime.down = true;

        rotation.rotate("id", log);

        assertThat(files()).containsExactly("2.log");
        assertThat(log).hasContent(FULL);
    }

    @Test
    void only_logs_of_running_containers_are_rotated() throws IOException {
        Files.writeString(log, FULL);
        runtime.views.replaceAll((pod, view) -> view(new ContainerState.Created()));

        rotation.rotate();

        assertThat(files()).containsExactly("2.log");
    }

    @Test
    void neither_a_missing_log_nor_a_silent_runtime_ends_it() throws IOException {
        rotation.rotate();
        runtime.down = true;
        rotation.rotate();
        runtime.down = false;
        Files.writeString(log, FULL);

        rotation.rotate();

        assertThat(files()).containsExactly(rotated());
    }

    /// Fills the log, lets a round pass, and answers the name that the full one got.
    private String rotateFull() throws IOException {
        Files.writeString(log, FULL);
        clock.advance(Duration.ofSeconds(10));
        rotation.rotate();
        return rotated();
    }

    private String rotated() {
        return "2.log.%020d".formatted(clock.millis());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(log.getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static PodView view(ContainerState state) {
        return new PodView(List.of(), List.of(new ContainerView("id", "s", "c", 2, "ref", state)));
    }
}
