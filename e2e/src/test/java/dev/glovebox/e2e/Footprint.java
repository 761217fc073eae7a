package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What a process of Java holds.
///
/// @param heap MiB that objects take after a collection
/// @param mostResident MiB of memory that it had at most since its start, as the kernel counts
/// @param files that it has open
record Footprint(long heap, long mostResident, long files) {
    private static final Pattern USED = Pattern.compile("total [0-9]+K, used ([0-9]+)K");

    static Footprint of(long pid) {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Command.of(jcmd, Long.toString(pid), "GC.run").run().ok();
        var heap = Command.of(jcmd, Long.toString(pid), "GC.heap_info").run().ok().out();
        long used =
                USED.matcher(heap)
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .mapToLong(Long::parseLong)
                        .sum();
        return new Footprint(used >> 10, mostResident(pid), files(pid));
    }

    private static long mostResident(long pid) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .sum()
                    >> 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long files(long pid) {
        try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
