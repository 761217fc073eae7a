package dev.glovebox.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDurabilityTest {
    private static final int ROUNDS = 3;
    private static final int ACKNOWLEDGED = 400;
    private static final int SIGKILL = 128 + 9;

    @TempDir Path folder;

    private record Acknowledged(String key, long revision, int number) {
        static Acknowledged parse(String line) {
            String[] words = line.split(" ", -1);
            return new Acknowledged(words[0], Long.parseLong(words[1]), Integer.parseInt(words[2]));
        }
    }

    @Test
    void whatever_was_acknowledged_before_a_kill_is_there_after_it() throws Exception {
        Path directory = folder.resolve("store");
        List<Acknowledged> all = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            all.addAll(writeUntilKilled(directory, "round" + round));
            try (Store store = SqliteStore.open(directory, HistoryLimit.DEFAULT)) {
                all.forEach(write -> judge(write, store));
                assertThat(store.list("", "", 0).entries())
                        .extracting(Entry::revision)
                        .doesNotHaveDuplicates()
                        .allMatch(revision -> revision <= store.revision());
            }
        }
        assertThat(all).hasSizeGreaterThanOrEqualTo(ROUNDS * ACKNOWLEDGED);
    }

    private static List<Acknowledged> writeUntilKilled(Path directory, String prefix)
            throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Acknowledger.class.getName(),
                                directory.toString(),
                                prefix)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<Acknowledged> acknowledged = new ArrayList<>();
        try (BufferedReader output = child.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                acknowledged.add(Acknowledged.parse(line));
                if (acknowledged.size() == ACKNOWLEDGED) {
                    child.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(child.waitFor()).isEqualTo(SIGKILL);
        return acknowledged;
    }

    private static void judge(Acknowledged write, Store store) {
        Entry entry = store.get(write.key()).orElseThrow(() -> new AssertionError(write));
        assertThat(entry.revision()).as(write.toString()).isGreaterThanOrEqualTo(write.revision());
        assertThat(ByteBuffer.wrap(entry.value()).getInt())
                .as(write.toString())
                .isGreaterThanOrEqualTo(write.number());
        assertThat(store.revision()).isGreaterThanOrEqualTo(write.revision());
    }
}
