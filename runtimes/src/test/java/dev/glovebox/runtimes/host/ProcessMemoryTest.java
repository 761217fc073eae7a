package dev.glovebox.runtimes.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {
    @TempDir Path proc;

    @Test
    void the_share_is_in_bytes_and_its_parts_do_not_count_twice() throws IOException {
        Files.createDirectories(proc.resolve("12"));
        Files.writeString(
                proc.resolve("12/smaps_rollup"),
                """
                00400000-7ffd [rollup]
                Rss:                3000 kB
                Pss:                1200 kB
                Pss_Anon:            700 kB
                Pss_File:            500 kB
                SwapPss:               0 kB
                """);

        assertThat(new ProcessMemory(proc).proportional(12)).isEqualTo(1200 << 10);
    }

    @Test
    void a_process_that_has_gone_has_nothing() throws IOException {
        assertThat(new ProcessMemory(proc).proportional(12)).isZero();
    }

    @Test
    void a_kernel_that_does_not_tell_is_an_error() throws IOException {
        Files.createDirectories(proc.resolve("12"));

        assertThatThrownBy(() -> new ProcessMemory(proc).proportional(12))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void the_real_kernel_tells() throws IOException {
        assertThat(new ProcessMemory(Path.of("/proc")).proportional(ProcessHandle.current().pid()))
                .isPositive();
    }
}
