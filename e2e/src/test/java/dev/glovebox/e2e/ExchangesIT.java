package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What a real kube-apiserver answered is answered the same, twice in a row. `exchanges/areas.txt`
/// says how many of each area: fewer fail.
@WithoutNode
class ExchangesIT {
    private static final Engine ENGINE = Engine.in(213);
    private static final Pattern RESULT = Pattern.compile("(\\d+) passed, (\\d+) failed");
    private static final ExecutorService AT_ONCE = Executors.newFixedThreadPool(3);
    private static Optional<Exchanges> exchanges = Optional.empty();

    @BeforeAll
    static void start() {
        ENGINE.upCommand("--no-node", "--default-trust", "trusted").run().ok();
        exchanges = Optional.of(new Exchanges(ENGINE, Exchanges.DIRECTORY));
    }

    @AfterAll
    static void purge() {
        AT_ONCE.shutdownNow();
        ENGINE.purge().ok();
    }

    /// Each area has namespaces of its own and disturbs no other, and most of them wait for the
    /// server: three are asked at a time.
    @TestFactory
    Stream<DynamicTest> answers_are_the_same() throws IOException {
        return areas().entrySet().stream()
                .flatMap(area ->
                        Stream.of("first", "second")
                                .map(time -> {
                                    var answer =
                                            AT_ONCE.submit(() ->
                                                    exchanges.orElseThrow().ask(area.getKey()));
                                    return DynamicTest.dynamicTest(
                                            "%s, %s".formatted(area.getKey(), time),
                                            () ->
                                                    judge(
                                                            area.getKey(),
                                                            area.getValue(),
                                                            answer.get()));
                                }))
                .toList()
                .stream();
    }

    private static void judge(String area, int wanted, Ran ran) {
        var result = RESULT.matcher(ran.out());
        assertThat(result.find()).as(ran.toString()).isTrue();
        assertThat(Integer.parseInt(result.group(1)))
                .as("%s answers of area %s that are the same", ran.out(), area)
                .isGreaterThanOrEqualTo(wanted);
    }

    /// Nothing is left out in silence: an area that nobody names fails.
    @Test
    void every_area_is_named() throws IOException {
        try (var files = Files.list(Exchanges.DIRECTORY.resolve("cases"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(areas().keySet());
        }
    }

    private static Map<String, Integer> areas() throws IOException {
        var areas = new TreeMap<String, Integer>();
        for (var line : Files.readAllLines(Exchanges.DIRECTORY.resolve("areas.txt"))) {
            if (!line.startsWith("#")) {
                var words = line.split(" ", -1);
                areas.put(words[0], Integer.parseInt(words[1]));
            }
        }
        return areas;
    }
}
