package dev.glovebox.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerLogsTest {
    @TempDir Path directory;

    private Path file;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void write_three_lines() throws IOException {
        file = directory.resolve("0.log");
        append("2026-01-01T00:00:01.000000001Z stdout F one");
        append("2026-01-01T00:00:02.000000001Z stderr F two");
        append("2026-01-01T00:00:03.000000001Z stdout P thr");
        append("2026-01-01T00:00:03.000000002Z stdout F ee");
    }

    @Test
    void streams_are_told_apart_and_partial_lines_joined() throws IOException {
        copy(LogQuery.ALL);

        assertThat(out).hasToString("one\nthree\n");
        assertThat(err).hasToString("two\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, ''",
        "1, 'ee|'",
        "2, 'three|'",
        "3, 'three|'",
        "4, 'one|three|'",
        "99, 'one|three|'"
    })
    void the_last_lines_are_counted_as_written(long lines, String expected) throws IOException {
        copy(
                new LogQuery(
                        false,
                        false,
                        OptionalLong.of(lines),
                        Optional.empty(),
                        OptionalLong.empty()));

        assertThat(out).hasToString(expected.replace('|', '\n'));
    }

    @Test
    void a_tail_reaches_over_blocks() throws IOException {
        String wide = "x".repeat(10_000);
        for (int i = 0; i < 30; i++) {
            append("2026-01-01T00:00:04.000000001Z stdout F " + i + wide);
        }

        copy(
                new LogQuery(
                        false, false, OptionalLong.of(20), Optional.empty(), OptionalLong.empty()));

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(20)
                .first()
                .isEqualTo("10" + wide);
    }

    @Test
    void lines_since_a_time_carry_it_when_asked() throws IOException {
        copy(
                new LogQuery(
                        false,
                        true,
                        OptionalLong.empty(),
                        Optional.of(Instant.parse("2026-01-01T00:00:02Z")),
                        OptionalLong.empty()));

        assertThat(err).hasToString("2026-01-01T00:00:02.000000001Z two\n");
        assertThat(out).asString().startsWith("2026-01-01T00:00:03.000000001Z thr");
    }

    @Test
    void the_limit_on_bytes_covers_both_streams() throws IOException {
        copy(
                new LogQuery(
                        false, false, OptionalLong.empty(), Optional.empty(), OptionalLong.of(6)));

        assertThat(out).hasToString("one\n");
        assertThat(err).hasToString("tw");
    }

    @Test
    void what_is_no_log_line_is_passed_over() throws IOException {
        append("garbage");
        append("2026-01-01T00:00:05Z nowhere F x");
        append("2026-01-01T00:00:05Z stdout F ");

        copy(LogQuery.ALL);

        assertThat(out).hasToString("one\nthree\n\n");
    }

    @Test
    void following_goes_over_a_rotation_and_ends_with_the_container() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        ContainerLogs logs = new ContainerLogs(file, LogQuery.FOLLOW);
        FutureTask<Void> reading =
                new FutureTask<>(() -> {
                    logs.copy(ended::get, out, err);
                    return null;
                });
        Thread.ofVirtual().start(reading);

        while (out.size() == 0) {
            Thread.onSpinWait();
        }

        append("2026-01-01T00:00:06Z stdout F before");
        Files.move(file, directory.resolve("0.log.old"));
        append("2026-01-01T00:00:07Z stdout F after");
        ended.set(true);
        reading.get(30, TimeUnit.SECONDS);

        assertThat(out).hasToString("one\nthree\nbefore\nafter\n");
    }

    @Test
    void closing_ends_a_follower() throws Exception {
        ContainerLogs logs = new ContainerLogs(file, LogQuery.FOLLOW);
        FutureTask<Void> reading =
                new FutureTask<>(() -> {
                    logs.copy(() -> false, out, err);
                    return null;
                });
        Thread.ofVirtual().start(reading);

        logs.close();

        reading.get(30, TimeUnit.SECONDS);
    }

    @Test
    void a_link_is_not_followed() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("1.log"), file);

        assertThatThrownBy(() -> new ContainerLogs(link, LogQuery.ALL).copy(() -> true, out, err))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_log_that_is_not_there_is_named() {
        Path missing = directory.resolve("9.log");

        assertThatThrownBy(
                        () -> new ContainerLogs(missing, LogQuery.ALL).copy(() -> true, out, err))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("9.log");
    }

    private void copy(LogQuery query) throws IOException {
        try (ContainerLogs logs = new ContainerLogs(file, query)) {
            logs.copy(() -> true, out, err);
        }
    }

    private void append(String line) throws IOException {
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
