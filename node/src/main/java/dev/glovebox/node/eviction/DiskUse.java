package dev.glovebox.node.eviction;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much directories take of a disk: their blocks, a file of many names once, no link followed,
/// nothing of another file system. What is in them is somebody else's, who may make it deep, wide
/// and change it meanwhile; so it is measured by the machine's du, which is made for that, in a
/// process of its own whose time and memory are bounded.
final class DiskUse {
    private static final Logger LOG = LoggerFactory.getLogger(DiskUse.class);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /// Bytes of address space for the names that du has to remember.
    private static final long MEMORY = 512L << 20;

    private final DiskUnit unit;

    DiskUse(DiskUnit unit) {
        this.unit = unit;
    }

    /// Bytes or inodes in each directory, those left out that are not there; empty when it could
    /// not be measured within its bounds.
    Optional<Map<Path, Long>> of(List<Path> directories) {
        List<Path> there =
                directories.stream()
                        .filter(d -> Files.isDirectory(d, LinkOption.NOFOLLOW_LINKS))
                        .toList();
        if (there.isEmpty()) {
            return Optional.of(Map.of());
        }
        try {
            return measured(there);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("disk use could not be measured");
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Optional<Map<Path, Long>> measured(List<Path> directories)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("prlimit", "--as=" + MEMORY, "nice", "-n", "10"));
        command.addAll(List.of("du", "-s", "-x", "-0", unit.option(), "--files0-from=-"));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (OutputStream in = process.getOutputStream()) {
            for (Path directory : directories) {
                in.write((directory + "\0").getBytes(StandardCharsets.UTF_8));
            }
        }
        // A line a directory fits the pipe for any pod: at most some hundred paths.
        if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            LOG.atWarn().addKeyValue("first", directories.getFirst()).log("du took too long");
            return Optional.empty();
        }
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return parsed(told, directories);
    }

    /// What goes while du looks makes it complain and tell all the same; a directory that it does
    /// not tell of was not measured, unless it is gone.
    private static Optional<Map<Path, Long>> parsed(String told, List<Path> directories) {
        Map<Path, Long> amounts = new HashMap<>();
        for (String line : told.split("\0", -1)) {
            String[] words = line.split("\t", 2);
            if (words.length == 2) {
                amounts.put(Path.of(words[1]), Long.parseLong(words[0]));
            }
        }
        boolean all =
                directories.stream()
                        .allMatch(d ->
                                amounts.containsKey(d)
                                        || !Files.exists(d, LinkOption.NOFOLLOW_LINKS));
        return all ? Optional.of(amounts) : Optional.empty();
    }
}
