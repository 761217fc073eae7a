package dev.glovebox.node.eviction;

import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.cgroup.PodCgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what a node has free. What cannot be read is left out, and nobody leaves for its sake.
///
/// @param cgroups of the node's pods
/// @param memory bytes of the machine
/// @param podMemory bytes that all pods together may have
/// @param processes most processes and threads of the machine
/// @param nodeFiles a directory on the disk with volumes and logs
/// @param imageFiles one on the disk with images, as the runtime names it
/// @param proc where the kernel tells of processes, `/proc`
public record NodeSignals(
        PodCgroups cgroups,
        long memory,
        long podMemory,
        long processes,
        Path nodeFiles,
        Supplier<Optional<Path>> imageFiles,
        Path proc) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSignals.class);

    /// One look.
    public Map<Signal, Observation> read() {
        Map<Signal, Observation> all = new EnumMap<>(Signal.class);
        memory(all);
        FileSystemUse.of(nodeFiles)
                .ifPresent(use -> {
                    all.put(Signal.NODEFS_AVAILABLE, use.bytes());
                    all.put(Signal.NODEFS_INODES_FREE, use.inodes());
                });
        images().ifPresent(use -> {
            all.put(Signal.IMAGEFS_AVAILABLE, use.bytes());
            all.put(Signal.IMAGEFS_INODES_FREE, use.inodes());
        });
        running()
                .ifPresent(count ->
                        all.put(
                                Signal.PID_AVAILABLE,
                                new Observation(processes - count, processes)));
        return all;
    }

    /// The disk with images.
    public Optional<FileSystemUse> images() {
        return imageFiles.get().flatMap(FileSystemUse::of);
    }

    private void memory(Map<Signal, Observation> all) {
        try {
            long used = cgroups.machineUsage().memory();
            all.put(Signal.MEMORY_AVAILABLE, new Observation(memory - used, memory));
            cgroups.usageOfAll()
                    .ifPresent(pods ->
                            all.put(
                                    Signal.ALLOCATABLE_MEMORY,
                                    new Observation(podMemory - pods.memory(), podMemory)));
        } catch (CgroupException e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("memory in use is not known");
        }
    }

    /// The threads of the machine: what follows the slash in the fourth word of `loadavg`.
    private Optional<Long> running() {
        try {
            String words = Files.readString(proc.resolve("loadavg")).split(" ", -1)[3];
            return Optional.of(Long.parseLong(words.substring(words.indexOf('/') + 1)));
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the number of processes is not known");
            return Optional.empty();
        }
    }
}
