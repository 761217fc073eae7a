package dev.glovebox.runtimes.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.runtimes.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverheadFileTest {
    private static final Evidence.Subject SUBJECT =
            new Evidence.Subject("abc+def on systrap", "1.6.20", "6.18.0", 1);
    private static final OverheadFile.Measured MEASURED =
            new OverheadFile.Measured(
                    Instant.parse("2026-11-28T12:00:00Z"),
                    new Overhead(31 << 20, 4, Map.of("sandboxes", "3")));

    @TempDir Path directory;

    @Test
    void what_was_measured_is_read_as_it_was_written() throws IOException {
        OverheadFile kept = new OverheadFile(directory.resolve("new"));
        kept.write("runsc", SUBJECT, MEASURED);
        assertThat(kept.read("runsc", SUBJECT)).contains(MEASURED);
        assertThat(kept.read("runc", SUBJECT)).isEmpty();
    }

    @Test
    void it_says_nothing_of_another_program_platform_containerd_or_kernel() throws IOException {
        OverheadFile kept = new OverheadFile(directory);
        kept.write("runsc", SUBJECT, MEASURED);
        for (Evidence.Subject other :
                new Evidence.Subject[] {
                    new Evidence.Subject("abc+other on systrap", "1.6.20", "6.18.0", 1),
                    new Evidence.Subject("abc+def on kvm", "1.6.20", "6.18.0", 1),
                    new Evidence.Subject("abc+def on systrap", "1.7.24", "6.18.0", 1),
                    new Evidence.Subject("abc+def on systrap", "1.6.20", "6.19.0", 1),
                    new Evidence.Subject("abc+def on systrap", "1.6.20", "6.18.0", 2)
                }) {
            assertThat(kept.read("runsc", other)).as(other.toString()).isEmpty();
        }
    }

    @Test
    void what_is_damaged_is_measured_again() throws IOException {
        OverheadFile kept = new OverheadFile(directory);
        kept.write("runsc", SUBJECT, MEASURED);
        Path file = directory.resolve("runsc.overhead.json");
        String whole = Files.readString(file);
        for (String damaged :
                new String[] {
                    "",
                    "[]",
                    whole.substring(0, whole.length() / 2),
                    whole.replace("2026-11-28T12", "yesterday"),
                    whole.replace("\"memory\"", "\"memories\""),
                    whole.replace("32505856", "-1")
                }) {
            Files.writeString(file, damaged);
            assertThat(kept.read("runsc", SUBJECT)).as(damaged).isEmpty();
        }
    }
}
