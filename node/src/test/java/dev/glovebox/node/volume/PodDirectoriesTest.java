package dev.glovebox.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodDirectoriesTest {
    @TempDir Path folder;

    @Test
    void a_tree_deeper_than_any_path_goes_too() throws Exception {
        Path pod = Files.createDirectory(folder.resolve("uid"));
        Process maker =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "i=0; while [ $i -lt 100 ]; do mkdir $0; cd -P $0; i=$((i+1));"
                                        + " done; : > end",
                                "d".repeat(200))
                        .directory(pod.toFile())
                        .start();
        assertThat(maker.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(maker.exitValue()).isZero();
        PodDirectories.removeTree(pod);
        assertThat(pod).doesNotExist();
    }

    @Test
    void links_go_and_what_they_lead_to_stays() throws IOException {
        Path pod = Files.createDirectory(folder.resolve("uid"));
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.createFile(other.resolve("file"));
        Files.createSymbolicLink(pod.resolve("link"), other);
        PodDirectories.removeTree(pod);
        PodDirectories.removeTree(pod);
        assertThat(other.resolve("file")).exists();
    }
}
