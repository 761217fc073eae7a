package dev.glovebox.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceFileTest {
    private static final Evidence EVIDENCE =
            new Evidence(
                    "runsc",
                    Instant.parse("2026-11-23T12:00:00Z"),
                    new Evidence.Subject("abc+def", "1.6.20", "6.18.0", 1),
                    "0.0~20240729.0",
                    "4.4.0",
                    "Starting gVisor...",
                    0,
                    47,
                    128 << 20,
                    137,
                    7);

    @TempDir Path directory;

    @Test
    void evidence_is_read_as_it_was_written() throws IOException {
        EvidenceFile kept = new EvidenceFile(directory.resolve("new"));
        kept.write(EVIDENCE);
        assertThat(kept.read("runsc")).contains(EVIDENCE);
        assertThat(kept.read("runc")).isEmpty();
    }

    @Test
    void forgotten_evidence_is_gone() throws IOException {
        EvidenceFile kept = new EvidenceFile(directory);
        kept.write(EVIDENCE);
        kept.forget("runsc");
        kept.forget("runsc");
        assertThat(kept.read("runsc")).isEmpty();
    }

    @Test
    void damaged_evidence_is_none() throws IOException {
        EvidenceFile kept = new EvidenceFile(directory);
        kept.write(EVIDENCE);
        Path file = directory.resolve("runsc.evidence.json");
        String whole = Files.readString(file);
        for (String damaged :
                new String[] {
                    "",
                    "[]",
                    whole.substring(0, whole.length() / 2),
                    whole.replace("2026-11-23T12", "yesterday"),
                    whole.replace("\"exitCode\"", "\"exit\""),
                    whole.replace("\"hostTasks\"", "\"tasks\""),
                    whole.replace("\"6.18.0\"", "6")
                }) {
            Files.writeString(file, damaged);
            assertThat(kept.read("runsc")).as(damaged).isEmpty();
        }
    }
}
