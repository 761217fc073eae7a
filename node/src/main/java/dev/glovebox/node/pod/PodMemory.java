package dev.glovebox.node.pod;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a worker remembers of its pod and the runtime cannot tell. An engine that starts anew
/// begins with none of it, which costs some patience and nothing else.
///
/// @param restarts by container: the delay before its next restart
/// @param images by container
/// @param starts by container: why it could not be made
/// @param sandbox why no sandbox could be made
/// @param checked id of the sandbox that was checked and may hold the user's containers; empty for
///   none
/// @param killing ids of containers that were told to end
/// @param oomCount processes of the pod that the kernel had killed for want of memory when it was
///   last asked
/// @param oomKilled ids of containers that ended so
public record PodMemory(
        Map<String, BackOff> restarts,
        Map<String, ImageState> images,
        Map<String, Failure> starts,
        Optional<Failure> sandbox,
        String checked,
        Map<String, Instant> killing,
        long oomCount,
        Set<String> oomKilled) {
    /// Of a pod that was never seen.
    public static final PodMemory NONE =
            new PodMemory(
                    Map.of(), Map.of(), Map.of(), Optional.empty(), "", Map.of(), 0, Set.of());

    /// Copies.
    public PodMemory {
        restarts = Map.copyOf(restarts);
        images = Map.copyOf(images);
        starts = Map.copyOf(starts);
        killing = Map.copyOf(killing);
        oomKilled = Set.copyOf(oomKilled);
    }

    /// With a container's delay.
    public PodMemory restarting(String container, BackOff backOff) {
        return new PodMemory(
                with(restarts, container, backOff),
                images,
                starts,
                sandbox,
                checked,
                killing,
                oomCount,
                oomKilled);
    }

    /// With a container's image.
    public PodMemory image(String container, ImageState state) {
        return new PodMemory(
                restarts,
                with(images, container, state),
                starts,
                sandbox,
                checked,
                killing,
                oomCount,
                oomKilled);
    }

    /// With a container that could not be made.
    public PodMemory failed(String container, Failure failure) {
        return new PodMemory(
                restarts,
                images,
                with(starts, container, failure),
                sandbox,
                checked,
                killing,
                oomCount,
                oomKilled);
    }

    /// With a container that was made: its image is looked at again before its next start.
    public PodMemory started(String container) {
        return new PodMemory(
                restarts,
                without(images, container),
                without(starts, container),
                sandbox,
                checked,
                killing,
                oomCount,
                oomKilled);
    }

    /// With a sandbox that could not be made, or was.
    public PodMemory sandbox(Optional<Failure> failure) {
        return new PodMemory(
                restarts, images, starts, failure, checked, killing, oomCount, oomKilled);
    }

    /// With a sandbox that was checked.
    public PodMemory checked(String id) {
        return new PodMemory(
                restarts, images, starts, Optional.empty(), id, killing, oomCount, oomKilled);
    }

    /// With a container that was told to end by then.
    public PodMemory killing(String id, Instant deadline) {
        return new PodMemory(
                restarts,
                images,
                starts,
                sandbox,
                checked,
                with(killing, id, deadline),
                oomCount,
                oomKilled);
    }

    /// With a container that could not be told to end, and will be told again.
    public PodMemory notKilling(String id) {
        return new PodMemory(
                restarts,
                images,
                starts,
                sandbox,
                checked,
                without(killing, id),
                oomCount,
                oomKilled);
    }

    /// With what the kernel says of the pod's memory now, and the containers that ended by it.
    public PodMemory outOfMemory(long count, Set<String> containers) {
        Set<String> all = new HashSet<>(oomKilled);
        all.addAll(containers);
        return new PodMemory(restarts, images, starts, sandbox, checked, killing, count, all);
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
