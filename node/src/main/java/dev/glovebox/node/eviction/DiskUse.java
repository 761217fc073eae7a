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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much directories and files take of a disk: their blocks, a file of many names once, no link
/// followed, nothing of another file system. What is in them is somebody else's, who may make it
/// deep, wide and change it meanwhile; so it is measured by the machine's du, which is made for
/// that, in a process of its own whose time and memory are bounded.
final class DiskUse {
    private static final Logger LOG = LoggerFactory.getLogger(DiskUse.class);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final List<String> DU = List.of("nice", "-n", "10", "du");

    /// Bytes of address space for the names that du has to remember.
    private static final long MEMORY = 512L << 20;

    private final DiskUnit unit;
    private final List<String> du;
    private final Duration longest;

    DiskUse(DiskUnit unit) {
        this(unit, DU, LONGEST);
    }

    DiskUse(DiskUnit unit, List<String> du, Duration longest) {
        this.unit = unit;
        this.du = du;
        this.longest = longest;
    }

    /// Bytes or inodes of each, those left out that are not there or are links; empty when it could
    /// not be measured within its bounds.
    Optional<Map<Path, Long>> of(List<Path> paths) {
        List<Path> there = paths.stream().filter(DiskUse::isThere).toList();
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

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(path);
    }

    /// Both pipes have a thread of their own: du may tell before it has heard all, and may do
    /// neither. The disk is left alone, which may be full.
    private Optional<Map<Path, Long>> measured(List<Path> paths)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("prlimit", "--as=" + MEMORY));
        command.addAll(du);
        command.addAll(List.of("-s", "-x", "-0", unit.option(), "--files0-from=-"));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            FutureTask<String> told =
                    new FutureTask<>(() ->
                            new String(
                                    process.getInputStream().readAllBytes(),
                                    StandardCharsets.UTF_8));
            Thread.ofVirtual().name("du output").start(told);
            Thread.ofVirtual().name("du input").start(() -> ask(process, paths));
            return parsed(told.get(longest.toMillis(), TimeUnit.MILLISECONDS), paths);
        } catch (TimeoutException e) {
            LOG.atWarn().addKeyValue("first", paths.getFirst()).log("du took too long");
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException("du", e.getCause());
        } finally {
            process.destroyForcibly();
        }
    }

    private static void ask(Process process, List<Path> paths) {
        try (OutputStream in = process.getOutputStream()) {
            for (Path path : paths) {
                in.write((path + "\0").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // It ended before it heard all, and what it did not tell of is missed.
            LOG.atDebug().setCause(e).log("du did not listen");
        }
    }

    /// What goes while du looks makes it complain and tell all the same; what it does not tell of
    /// was not measured, unless it is gone.
    private static Optional<Map<Path, Long>> parsed(String told, List<Path> paths) {
        Map<Path, Long> amounts = new HashMap<>();
        for (String line : told.split("\0", -1)) {
            String[] words = line.split("\t", 2);
            if (words.length == 2) {
                amounts.put(Path.of(words[1]), Long.parseLong(words[0]));
            }
        }
        boolean all =
                paths.stream()
                        .allMatch(d ->
                                amounts.containsKey(d)
                                        || !Files.exists(d, LinkOption.NOFOLLOW_LINKS));
        return all ? Optional.of(amounts) : Optional.empty();
    }
}
