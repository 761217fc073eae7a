package dev.glovebox.node.stats;

import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.cgroup.CgroupPath;
import dev.glovebox.node.cgroup.CgroupUsage;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures what a node's pods use, again and again, and keeps the last measure. One thread
/// measures; any may ask.
public final class NodeUsage {
    private static final Logger LOG = LoggerFactory.getLogger(NodeUsage.class);
    private static final String MACHINE = "/";

    private final Supplier<List<Pod>> pods;
    private final PodCgroups cgroups;
    private final Clock clock;
    private Map<String, Reading> before = Map.of();
    private volatile Measure last = new Measure(Optional.empty(), List.of());

    /// Has measured nothing yet.
    ///
    /// @param pods of the node, with their status
    public NodeUsage(Supplier<List<Pod>> pods, PodCgroups cgroups, Clock clock) {
        this.pods = pods;
        this.cgroups = cgroups;
        this.clock = clock;
    }

    /// One look at everything.
    ///
    /// @param node empty before the first look
    public record Measure(Optional<Reading> node, List<OfPod> pods) {
        /// Copies the list.
        public Measure {
            pods = List.copyOf(pods);
        }
    }

    /// What a pod uses: all of it, its sandbox included, and its containers.
    public record OfPod(Pod pod, Reading whole, List<OfContainer> containers) {
        /// Copies the list.
        public OfPod {
            containers = List.copyOf(containers);
        }
    }

    /// What the processes of a container use that have a cgroup of their own. Under gVisor those
    /// are few: its sandbox runs the containers' programs.
    public record OfContainer(String name, Instant started, Reading reading) {}

    /// The last measure.
    public Measure last() {
        return last;
    }

    /// Measures once. A pod whose cgroup goes meanwhile is left out, and so is one that cannot be
    /// measured.
    public void measure() {
        Map<String, Reading> now = new HashMap<>();
        List<OfPod> all = new ArrayList<>();
        for (Pod pod : pods.get()) {
            try {
                pod(pod, now).ifPresent(all::add);
            } catch (CgroupException e) {
                LOG.atDebug()
                        .addKeyValue("pod", pod.getMetadata().getUid())
                        .setCause(e)
                        .log("not measured");
            } catch (RuntimeException e) {
                LOG.atError()
                        .addKeyValue("pod", pod.getMetadata().getUid())
                        .setCause(e)
                        .log("a pod cannot be measured");
            }
        }
        Reading machine = reading(MACHINE, cgroups.machineUsage(), now);
        before = now;
        last = new Measure(Optional.of(machine), all);
    }

    private Optional<OfPod> pod(Pod pod, Map<String, Reading> now) {
        CgroupPath path = cgroups.path(PodResources.of(pod).qos(), pod.getMetadata().getUid());
        Optional<CgroupUsage> usage = cgroups.usage(path);
        if (usage.isEmpty()) {
            return Optional.empty();
        }
        List<OfContainer> containers = new ArrayList<>();
        for (ContainerStatus status : running(pod)) {
            CgroupPath own = path.child(PodFacts.runtimeId(status));
            cgroups.usage(own)
                    .ifPresent(used ->
                            containers.add(
                                    new OfContainer(
                                            status.getName(),
                                            Instant.parse(
                                                    status.getState().getRunning().getStartedAt()),
                                            reading(own.value(), used, now))));
        }
        return Optional.of(new OfPod(pod, reading(path.value(), usage.get(), now), containers));
    }

    private Reading reading(String key, CgroupUsage usage, Map<String, Reading> now) {
        Instant time = clock.instant();
        Reading earlier = before.get(key);
        Reading reading = earlier == null ? Reading.first(time, usage) : earlier.next(time, usage);
        now.put(key, reading);
        return reading;
    }

    private static List<ContainerStatus> running(Pod pod) {
        return PodFacts.made(pod).stream()
                .filter(s -> s.getState() != null && s.getState().getRunning() != null)
                .toList();
    }
}
