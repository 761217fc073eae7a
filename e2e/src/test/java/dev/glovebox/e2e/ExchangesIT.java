package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
class ExchangesIT {
    private static final Path EXCHANGES = Path.of("exchanges").toAbsolutePath();
    private static final Engine ENGINE = Engine.in(213);
    private static final Pattern RESULT = Pattern.compile("(\\d+) passed, (\\d+) failed");
    private static final ExecutorService AT_ONCE = Executors.newFixedThreadPool(3);
    private static final Map<String, Path> USERS = new TreeMap<>();

    @BeforeAll
    static void start() {
        ENGINE.upCommand("--default-trust", "trusted").run().ok();
        var pki = ENGINE.dataDirectory().resolve("pki");
        USERS.put("admin", pki.resolve("admin"));
        for (var user : List.of("alice", "bob")) {
            USERS.put(user, certificate(user, pki));
        }
    }

    @AfterAll
    static void purge() {
        AT_ONCE.shutdownNow();
        ENGINE.purge().ok();
    }

    /// A client certificate of the engine's authority, for somebody who may do nothing.
    private static Path certificate(String user, Path pki) {
        var place = ENGINE.dataDirectory().resolve(user);
        Command.of("openssl", "req", "-new", "-nodes", "-newkey", "ec")
                .and("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=%s".formatted(user))
                .and("-keyout", place + ".key", "-out", place + ".csr")
                .run()
                .ok();
        Command.of("openssl", "x509", "-req", "-in", place + ".csr", "-days", "1")
                .and("-CA", pki.resolve("ca.crt").toString())
                .and("-CAkey", pki.resolve("ca.key").toString())
                .and("-CAcreateserial", "-out", place + ".crt")
                .run()
                .ok();
        return place;
    }

    /// Each area has namespaces of its own and disturbs no other, and most of them wait for the
    /// server: three are asked at a time.
    @TestFactory
    Stream<DynamicTest> answers_are_the_same() throws IOException {
        return areas().entrySet().stream()
                .flatMap(area ->
                        Stream.of("first", "second")
                                .map(time -> {
                                    var answer = AT_ONCE.submit(() -> ask(area.getKey()));
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

    private static Ran ask(String area) {
        var line = new ArrayList<>(List.of("python3", "exchanges.py", "check"));
        line.addAll(List.of("--server", ENGINE.status().required("api").textValue()));
        line.addAll(List.of("--ca", ENGINE.dataDirectory().resolve("pki/ca.crt").toString()));
        USERS.forEach((user, place) -> {
            line.add("--cert-map");
            line.add("%s=%s.crt,%s.key".formatted(user, place, place));
        });
        line.addAll(List.of("--patience", "20", "cases/%s.json".formatted(area)));
        return Command.of(line).in(EXCHANGES).within(Duration.ofMinutes(3)).run();
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
        try (var files = Files.list(EXCHANGES.resolve("cases"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(areas().keySet());
        }
    }

    private static Map<String, Integer> areas() throws IOException {
        var areas = new TreeMap<String, Integer>();
        for (var line : Files.readAllLines(EXCHANGES.resolve("areas.txt"))) {
            if (!line.startsWith("#")) {
                var words = line.split(" ", -1);
                areas.put(words[0], Integer.parseInt(words[1]));
            }
        }
        return areas;
    }
}
