package dev.glovebox.node.eviction;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// Measures what a pod has on the node's disk.
///
/// @param unit what is counted
/// @param volumes where a pod's emptyDirs on disk lie, by name
/// @param logs where a pod's logs lie, a directory a container
/// @param layers what a container wrote into its own root, in the same unit, by the runtime's id;
///   empty where the runtime does not know
public record StorageMeter(
        DiskUnit unit,
        Function<Pod, Map<String, Path>> volumes,
        Function<Pod, Path> logs,
        Function<String, OptionalLong> layers) {
    /// Measures one pod; empty when that could not be done.
    public Optional<LocalStorage> of(Pod pod) {
        Map<String, Path> places = volumes.apply(pod);
        Path log = logs.apply(pod);
        List<String> names = PodFacts.allContainers(pod).stream().map(Container::getName).toList();
        List<Path> all = new ArrayList<>(places.values());
        names.forEach(name -> all.add(log.resolve(name)));
        return new DiskUse(unit)
                .of(all)
                .map(bytes -> {
                    Map<String, Long> inVolumes = new HashMap<>();
                    places.forEach((name, at) -> inVolumes.put(name, bytes.getOrDefault(at, 0L)));
                    Map<String, Long> ofContainers = new HashMap<>();
                    ToLongFunction<String> logged =
                            name -> bytes.getOrDefault(log.resolve(name), 0L);
                    names.forEach(name -> ofContainers.put(name, logged.applyAsLong(name)));
                    statuses(pod)
                            .filter(s ->
                                    s.getContainerID() != null && !s.getContainerID().isEmpty())
                            .forEach(s ->
                                    layers.apply(id(s))
                                            .ifPresent(layer ->
                                                    ofContainers.merge(
                                                            s.getName(), layer, Long::sum)));
                    return new LocalStorage(inVolumes, ofContainers);
                });
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        return pod.getStatus() == null
                ? Stream.empty()
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses(),
                                pod.getStatus().getEphemeralContainerStatuses())
                        .flatMap(list -> PodFacts.orEmpty(list).stream());
    }

    private static String id(ContainerStatus status) {
        String id = status.getContainerID();
        return id.substring(id.lastIndexOf('/') + 1);
    }
}
