package dev.glovebox.node.pod;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What a worker remembers of its pod and the runtime cannot tell. An engine that starts anew
/// begins with none of it, which costs some patience and nothing else.
///
/// @param restarts by container: the delay before its next restart
/// @param images by container
/// @param starts by container: why it could not be made or started
/// @param sandbox why no sandbox could be made
/// @param checked id of the sandbox that was checked and may hold the user's containers; empty for
///   none
/// @param containers by the runtime's id
/// @param oomCount processes of the pod that the kernel had killed for want of memory when it was
///   last asked
/// @param eviction why it must leave; empty while it need not
public record PodMemory(
        Map<String, BackOff> restarts,
        Map<String, ImageState> images,
        Map<String, Failure> starts,
        Optional<Failure> sandbox,
        String checked,
        Map<String, ContainerMemory> containers,
        long oomCount,
        Optional<Eviction> eviction) {
    /// Of a pod that was never seen.
    public static final PodMemory NONE =
            new PodMemory(
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Optional.empty(),
                    "",
                    Map.of(),
                    0,
                    Optional.empty());

    /// Copies.
    public PodMemory {
        restarts = Map.copyOf(restarts);
        images = Map.copyOf(images);
        starts = Map.copyOf(starts);
        containers = Map.copyOf(containers);
    }

    /// With a container's delay.
    public PodMemory restarting(String container, BackOff backOff) {
        return new PodMemory(
                with(restarts, container, backOff),
                images,
                starts,
                sandbox,
                checked,
                containers,
                oomCount,
                eviction);
    }

    /// With a container's image.
    public PodMemory image(String container, ImageState state) {
        return new PodMemory(
                restarts,
                with(images, container, state),
                starts,
                sandbox,
                checked,
                containers,
                oomCount,
                eviction);
    }

    /// With a container that could not be made or started.
    public PodMemory failed(String container, Failure failure) {
        return new PodMemory(
                restarts,
                images,
                with(starts, container, failure),
                sandbox,
                checked,
                containers,
                oomCount,
                eviction);
    }

    /// With a container that was made: its image is looked at again before its next start.
    public PodMemory made(String container) {
        return new PodMemory(
                restarts,
                without(images, container),
                without(starts, container),
                sandbox,
                checked,
                containers,
                oomCount,
                eviction);
    }

    /// With a container whose image is to be looked at again: it may be gone.
    public PodMemory again(String container) {
        return new PodMemory(
                restarts,
                without(images, container),
                starts,
                sandbox,
                checked,
                containers,
                oomCount,
                eviction);
    }

    /// With a sandbox that could not be made, or was.
    public PodMemory sandbox(Optional<Failure> failure) {
        return new PodMemory(
                restarts, images, starts, failure, checked, containers, oomCount, eviction);
    }

    /// With a sandbox that was checked.
    public PodMemory checked(String id) {
        return new PodMemory(
                restarts, images, starts, Optional.empty(), id, containers, oomCount, eviction);
    }

    /// With the number of processes that the kernel killed for want of memory.
    public PodMemory oomCount(long count) {
        return new PodMemory(
                restarts, images, starts, sandbox, checked, containers, count, eviction);
    }

    /// With the cause for which it must leave; the first one stays.
    public PodMemory evicted(Eviction cause) {
        return eviction.isPresent()
                ? this
                : new PodMemory(
                        restarts,
                        images,
                        starts,
                        sandbox,
                        checked,
                        containers,
                        oomCount,
                        Optional.of(cause));
    }

    /// What is remembered of a container.
    public ContainerMemory container(String id) {
        return containers.getOrDefault(id, ContainerMemory.NONE);
    }

    /// With something changed in what is remembered of a container.
    public PodMemory container(String id, UnaryOperator<ContainerMemory> change) {
        return new PodMemory(
                restarts,
                images,
                starts,
                sandbox,
                checked,
                with(containers, id, change.apply(container(id))),
                oomCount,
                eviction);
    }

    /// Without containers that the runtime no longer has.
    public PodMemory only(Set<String> ids) {
        if (ids.containsAll(containers.keySet())) {
            return this;
        }
        Map<String, ContainerMemory> left = new HashMap<>(containers);
        left.keySet().retainAll(ids);
        return new PodMemory(restarts, images, starts, sandbox, checked, left, oomCount, eviction);
    }

    private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
        Map<String, V> next = new HashMap<>(map);
        next.put(key, value);
        return next;
    }

    private static <V> Map<String, V> without(Map<String, V> map, String key) {
        Map<String, V> next = new HashMap<>(map);
        next.remove(key);
        return next;
    }
}
