package dev.glovebox.runtimes.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/// What processes have of the machine's memory, by `/proc/PID/smaps_rollup`.
public final class ProcessMemory {
    private static final String PROPORTIONAL = "Pss:";

    private final Path proc;

    /// Reads below `proc`, which is `/proc` but in tests.
    public ProcessMemory(Path proc) {
        this.proc = Objects.requireNonNull(proc, "proc");
    }

    /// A process's proportional share in bytes: a page that several have counts in parts. 0 where
    /// there is no such process (any more).
    ///
    /// @throws IOException where the kernel does not tell (before Linux 4.14)
    public long proportional(long pid) throws IOException {
        Path home = proc.resolve(Long.toString(pid));
        try {
            return Files.readAllLines(home.resolve("smaps_rollup")).stream()
                    .filter(line -> line.startsWith(PROPORTIONAL))
                    .mapToLong(ProcessMemory::bytes)
                    .sum();
        } catch (NoSuchFileException e) {
            if (!Files.exists(home)) {
                return 0;
            }
            throw e;
        } catch (IOException e) {
            if (!Files.exists(home.resolve("exe"))) {
                return 0; // it ended while it was read (ESRCH)
            }
            throw e;
        }
    }

    /// Of a line like `Pss: 1234 kB`.
    private static long bytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
}
