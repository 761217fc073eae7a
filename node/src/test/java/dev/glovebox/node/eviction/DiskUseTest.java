package dev.glovebox.node.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {
    private static final int MIB = 1 << 20;
    @TempDir Path folder;

    @Test
    void blocks_count_and_not_what_a_file_says_of_its_length() throws IOException {
        Path one = Files.createDirectory(folder.resolve("one"));
        try (RandomAccessFile sparse = new RandomAccessFile(one.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(100L * MIB);
        }
        Path two = Files.createDirectory(folder.resolve("two words"));
        Files.write(two.resolve("full"), new byte[MIB]);
        var measured =
                new DiskUse(DiskUnit.BYTES)
                        .of(List.of(one, two, folder.resolve("none")))
                        .orElseThrow();
        assertThat(measured).containsOnlyKeys(one, two);
        assertThat(measured.get(one)).isLessThan(MIB);
        assertThat(measured.get(two)).isBetween((long) MIB, 2L * MIB);
    }

    @Test
    void a_file_of_many_names_counts_once_and_links_count_for_nothing() throws IOException {
        Path own = Files.createDirectory(folder.resolve("own"));
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.write(other.resolve("large"), new byte[8 * MIB]);
        Files.write(own.resolve("a"), new byte[MIB]);
        for (int i = 0; i < 20; i++) {
            Files.createLink(own.resolve("a" + i), own.resolve("a"));
        }
        Files.createSymbolicLink(own.resolve("away"), other);
        Files.createSymbolicLink(folder.resolve("itself"), other);
        var measured =
                new DiskUse(DiskUnit.BYTES)
                        .of(List.of(own, folder.resolve("itself")))
                        .orElseThrow();
        assertThat(measured).containsOnlyKeys(own);
        assertThat(measured.get(own)).isBetween((long) MIB, 2L * MIB);
    }

    @Test
    void as_many_paths_as_no_pipe_holds_are_told_of_in_time() throws IOException {
        String name = "x".repeat(200);
        List<Path> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            many.add(Files.createFile(folder.resolve(name + i)));
        }
        assertThat(new DiskUse(DiskUnit.BYTES).of(many).orElseThrow()).hasSize(1000);
    }

    @Test
    void one_that_neither_listens_nor_ends_is_ended_in_time() throws IOException {
        Path file = Files.createFile(folder.resolve("f"));
        List<Path> many = Collections.nCopies(10_000, file);
        Path script = folder.resolve("du");
        Files.writeString(script, "#!/bin/sh\nexec sleep 1000\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        DiskUse slow =
                new DiskUse(DiskUnit.BYTES, List.of(script.toString()), Duration.ofMillis(500));
        assertThat(slow.of(many)).isEmpty();
        Await.until(() ->
                ProcessHandle.current()
                        .children()
                        .noneMatch(p -> p.info().command().orElse("").endsWith("sleep")));
    }

    @Test
    void a_tree_deeper_than_any_path_is_measured_to_its_end() throws Exception {
        Path deep = Files.createDirectory(folder.resolve("deep"));
        String name = "d".repeat(200);
        Process maker =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "i=0; while [ $i -lt 100 ]; do mkdir "
                                        + name
                                        + "; cd -P "
                                        + name
                                        + "; i=$((i+1)); done; head -c 1048576 /dev/zero > end")
                        .directory(deep.toFile())
                        .start();
        assertThat(maker.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(new DiskUse(DiskUnit.BYTES).of(List.of(deep)).orElseThrow().get(deep))
                .isGreaterThan(MIB);
        new ProcessBuilder("rm", "-rf", deep.toString()).start().waitFor();
    }
}
