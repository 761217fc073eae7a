package dev.glovebox.node.eviction;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// Measures what a pod has on the node's disk.
///
/// @param unit what is counted
/// @param places where what a pod's containers can write lies
/// @param layers what a container wrote into its own root, in the same unit, by the runtime's id;
///   empty where the runtime does not know
public record StorageMeter(
        DiskUnit unit, Function<Pod, Places> places, Function<String, OptionalLong> layers) {
    /// Files and directories of one pod on the node's disk.
    ///
    /// @param volumes its emptyDirs on disk, by name
    /// @param containers volumes that their images declare, logs and last words, by name of the
    ///   container
    /// @param others what is no container's alone
    public record Places(
            Map<String, Path> volumes, Map<String, List<Path>> containers, List<Path> others) {
        /// Copies.
        public Places {
            volumes = Map.copyOf(volumes);
            containers = Map.copyOf(containers);
            others = List.copyOf(others);
        }

        private List<Path> all() {
            List<Path> all = new ArrayList<>(volumes.values());
            containers.values().forEach(all::addAll);
            all.addAll(others);
            return all;
        }
    }

    /// Measures one pod; empty when that could not be done.
    public Optional<LocalStorage> of(Pod pod) {
        Places at = places.apply(pod);
        return new DiskUse(unit).of(at.all()).map(amounts -> counted(pod, at, amounts));
    }

    private LocalStorage counted(Pod pod, Places at, Map<Path, Long> amounts) {
        Map<String, Long> volumes = new HashMap<>();
        at.volumes().forEach((name, path) -> volumes.put(name, sum(List.of(path), amounts)));
        Map<String, Long> containers = new HashMap<>();
        at.containers().forEach((name, paths) -> containers.put(name, sum(paths, amounts)));
        PodFacts.made(pod)
                .forEach(made ->
                        layers.apply(PodFacts.runtimeId(made))
                                .ifPresent(layer ->
                                        containers.merge(made.getName(), layer, Long::sum)));
        return new LocalStorage(volumes, containers, sum(at.others(), amounts));
    }

    private static long sum(List<Path> paths, Map<Path, Long> amounts) {
        return paths.stream().mapToLong(path -> amounts.getOrDefault(path, 0L)).sum();
    }
}
