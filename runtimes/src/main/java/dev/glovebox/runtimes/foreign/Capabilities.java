package dev.glovebox.runtimes.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What root may do on this machine: the bounding set of this process, which nobody that it starts
/// gets beyond, nor root itself in the same container.
record Capabilities(long bounding) {
    /// CAP_SYS_RESOURCE of capabilities(7).
    private static final int SYS_RESOURCE = 24;

    /// Reads them from `status`, normally `/proc/self/status`.
    static Capabilities read(Path status) {
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("CapBnd:"))
                    .map(line -> line.substring("CapBnd:".length()).strip())
                    .map(hex -> new Capabilities(Long.parseUnsignedLong(hex, 16)))
                    .findFirst()
                    .orElseThrow(() -> new ConfigurationRefused(status + " names no CapBnd"));
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot read " + status, e);
        }
    }

    /// Whether a process may lower its own `oom_score_adj`.
    boolean mayLowerOomScore() {
        return (bounding >> SYS_RESOURCE & 1) == 1;
    }
}
