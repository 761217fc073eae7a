package dev.glovebox.node.pod;

import dev.glovebox.node.resize.Standing;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// What a worker remembers of its pod and the runtime cannot tell. An engine that starts anew
/// begins with what the pod's status tells ([#found]), which costs some patience and nothing else:
/// that a pod is over its own limit, or is not one for this node, is found out again.
///
/// @param attempts to have containers run that do not yet
/// @param sandbox why no sandbox could be made
/// @param checked id of the sandbox that was checked and may hold the user's containers; empty for
///   none
/// @param containers by the runtime's id
/// @param oomKills processes of the pod that the kernel was known to have killed for want of memory
///   when it was last asked, by the name of the cgroup below the pod's own; no name for the pod's
///   own
/// @param eviction why it must leave; empty while it need not
/// @param resizing how far its containers have the resources that they were given
public record PodMemory(
        Attempts attempts,
        Optional<Failure> sandbox,
        String checked,
        Map<String, ContainerMemory> containers,
        Map<String, Long> oomKills,
        Optional<Ending.Evicted> eviction,
        Resizing resizing) {
    /// Of a pod that was never seen.
    public static final PodMemory NONE =
            new PodMemory(
                    new Attempts(Map.of(), Map.of(), Map.of()),
                    Optional.empty(),
                    "",
                    Map.of(),
                    Map.of(),
                    Optional.empty(),
                    Resizing.NONE);

    /// What is known of a pod whose worker begins: one that an earlier agent told to leave for the
    /// node's sake is told so again, since its containers may have begun to end.
    public static PodMemory found(Pod pod, Instant now) {
        PodMemory found = NONE.resizing(any -> Resizing.found(pod));
        return Conditions.eviction(pod)
                .map(eviction -> found.evicted(Ending.Evicted.at(now, eviction)))
                .orElse(found);
    }

    /// Copies.
    public PodMemory {
        containers = Map.copyOf(containers);
        oomKills = Map.copyOf(oomKills);
    }

    /// What came of trying to have containers run, by their names.
    ///
    /// @param restarts the delay before its next restart
    /// @param images how it stands with its image
    /// @param starts why it could not be made or started
    public record Attempts(
            Map<String, BackOff> restarts,
            Map<String, ImageState> images,
            Map<String, Failure> starts) {
        /// Copies.
        public Attempts {
            restarts = Map.copyOf(restarts);
            images = Map.copyOf(images);
            starts = Map.copyOf(starts);
        }
    }

    /// By container: the delay before its next restart.
    public Map<String, BackOff> restarts() {
        return attempts.restarts();
    }

    /// By container: how it stands with its image.
    public Map<String, ImageState> images() {
        return attempts.images();
    }

    /// By container: why it could not be made or started.
    public Map<String, Failure> starts() {
        return attempts.starts();
    }

    /// With a container's delay.
    public PodMemory restarting(String container, BackOff backOff) {
        return with(new Attempts(with(restarts(), container, backOff), images(), starts()));
    }

    /// With a container's image.
    public PodMemory image(String container, ImageState state) {
        return with(new Attempts(restarts(), with(images(), container, state), starts()));
    }

    /// With a container that could not be made or started.
    public PodMemory failed(String container, Failure failure) {
        return with(new Attempts(restarts(), images(), with(starts(), container, failure)));
    }

    /// With a container that was made: its image is looked at again before its next start.
    public PodMemory made(String container) {
        return with(
                new Attempts(
                        restarts(), without(images(), container), without(starts(), container)));
    }

    /// With a container whose image is to be looked at again: it may be gone.
    public PodMemory again(String container) {
        return with(new Attempts(restarts(), without(images(), container), starts()));
    }

    private PodMemory with(Attempts others) {
        return changed(copy -> copy.attempts = others);
    }

    /// With a sandbox that could not be made, or was.
    public PodMemory sandbox(Optional<Failure> failure) {
        return changed(copy -> copy.sandbox = failure);
    }

    /// With a sandbox that was checked.
    public PodMemory checked(String id) {
        return changed(copy -> {
            copy.sandbox = Optional.empty();
            copy.checked = id;
        });
    }

    /// With what is known by now of the processes that the kernel killed for want of memory. What
    /// is not known of any more does not come again: cgroups are called by ids.
    ///
    /// @param kills by the name of the cgroup
    public PodMemory oomKills(Map<String, Long> kills) {
        Map<String, Long> most = new HashMap<>();
        kills.forEach(
                (name, count) -> most.put(name, Math.max(count, oomKills.getOrDefault(name, 0L))));
        return changed(copy -> copy.oomKills = most);
    }

    /// With the cause for which it must leave, and when at the latest; the first one stays.
    public PodMemory evicted(Ending.Evicted cause) {
        return eviction.isPresent() ? this : changed(copy -> copy.eviction = Optional.of(cause));
    }

    /// With what the node has come to give to the pod's containers.
    ///
    /// @param wanted the pod as the API has it
    public PodMemory follow(Standing standing, Pod wanted) {
        Long generation = wanted.getMetadata().getGeneration();
        return resizing(r -> r.follow(standing, generation));
    }

    /// With something changed in how far its containers are resized.
    public PodMemory resizing(UnaryOperator<Resizing> change) {
        return changed(copy -> copy.resizing = change.apply(resizing));
    }

    /// What is remembered of a container.
    public ContainerMemory container(String id) {
        return containers.getOrDefault(id, ContainerMemory.NONE);
    }

    /// With something changed in what is remembered of a container.
    public PodMemory container(String id, UnaryOperator<ContainerMemory> change) {
        Map<String, ContainerMemory> next = with(containers, id, change.apply(container(id)));
        return changed(copy -> copy.containers = next);
    }

    /// Without containers that the runtime no longer has.
    public PodMemory only(Set<String> ids) {
        if (ids.containsAll(containers.keySet())) {
            return this;
        }
        Map<String, ContainerMemory> left = new HashMap<>(containers);
        left.keySet().retainAll(ids);
        return changed(copy -> copy.containers = left);
    }

    /// The parts of one that becomes another.
    private static final class Copy {
        private Attempts attempts;
        private Optional<Failure> sandbox;
        private String checked;
        private Map<String, ContainerMemory> containers;
        private Map<String, Long> oomKills;
        private Optional<Ending.Evicted> eviction;
        private Resizing resizing;

        private Copy(PodMemory memory) {
            attempts = memory.attempts;
            sandbox = memory.sandbox;
            checked = memory.checked;
            containers = memory.containers;
            oomKills = memory.oomKills;
            eviction = memory.eviction;
            resizing = memory.resizing;
        }
    }

    private PodMemory changed(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return new PodMemory(
                copy.attempts,
                copy.sandbox,
                copy.checked,
                copy.containers,
                copy.oomKills,
                copy.eviction,
                copy.resizing);
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
