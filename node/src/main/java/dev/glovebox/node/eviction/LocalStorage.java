package dev.glovebox.node.eviction;

import java.util.Map;

/// What a pod has on the node's disk, in bytes of whole blocks.
///
/// @param volumes its emptyDirs on disk, by name of the volume
/// @param containers what each wrote into its own root and the volumes that its image declares, its
///   logs and its last words, by name
/// @param others what is no container's alone
public record LocalStorage(Map<String, Long> volumes, Map<String, Long> containers, long others) {
    /// Copies.
    public LocalStorage {
        volumes = Map.copyOf(volumes);
        containers = Map.copyOf(containers);
    }

    /// All of it.
    public long total() {
        return sum(volumes) + sum(containers) + others;
    }

    private static long sum(Map<String, Long> parts) {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }
}
