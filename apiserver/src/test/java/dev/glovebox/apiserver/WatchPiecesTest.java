package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Frames;
import dev.glovebox.policy.TrustLevel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A client that falls behind gets what it missed piece by piece.
@Timeout(60)
class WatchPiecesTest {
    private static final String PLACE = "/api/v1/namespaces/default/configmaps";
    private static final int OBJECTS = 40;
    private static final int PIECE = 64 << 10;

    @TempDir private Path directory;
    private TestApi api;

    @BeforeEach
    void open() {
        api = new TestApi(directory, TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private String watchFromHere() {
        return PLACE
                + "?watch=1&allowWatchBookmarks=true&resourceVersion="
                + api.get(PLACE).at("/metadata/resourceVersion");
    }

    private void write(int count, int size) {
        for (int i = 0; i < count; i++) {
            String object =
                    "{\"metadata\":{\"name\":\"c-%d\"},\"data\":{\"k\":\"%s\"}}"
                            .formatted(i, "x".repeat(size));
            assertThat(api.post(PLACE, object).code()).isEqualTo(201);
        }
    }

    @Test
    void a_backlog_comes_in_small_pieces_and_no_bookmark_runs_ahead_of_it() throws Exception {
        String place = watchFromHere();
        write(OBJECTS, 10_000);
        try (Frames frames = api.watch(place)) {
            List<String> names = new ArrayList<>();
            while (names.size() < OBJECTS) {
                if (!names.isEmpty()) {
                    // A bookmark is due.
                    api.clock.advance(Duration.ofMinutes(2));
                }
                String piece = text(frames.next(Duration.ofSeconds(20)));
                assertThat(piece.length()).isLessThan(PIECE + 11_000);
                assertThat(piece).doesNotContain("\"BOOKMARK\"");
                piece.lines()
                        .forEach(line ->
                                names.add(line.replaceAll(".*\"name\":\"([^\"]+).*", "$1")));
            }
            assertThat(text(frames.next(Duration.ofSeconds(20)))).contains("\"BOOKMARK\"");
            assertThat(names)
                    .isEqualTo(IntStream.range(0, OBJECTS).mapToObj(i -> "c-" + i).toList());
        }
    }

    @Test
    void large_events_come_one_by_one() throws Exception {
        String place = watchFromHere();
        write(3, 100_000);
        try (Frames frames = api.watch(place)) {
            for (int i = 0; i < 3; i++) {
                String piece = text(frames.next(Duration.ofSeconds(20)));
                assertThat(piece.lines()).hasSize(1);
                assertThat(piece).contains("\"name\":\"c-" + i + "\"");
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
