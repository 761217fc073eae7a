package dev.glovebox.node;

import dev.glovebox.node.eviction.Candidate;
import dev.glovebox.node.eviction.NodeSignals;
import dev.glovebox.node.eviction.Ranking;
import dev.glovebox.node.eviction.Signal;
import dev.glovebox.node.pod.Eviction;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.volume.PodVolumes;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// Looks again and again what the node is short of, and tells pods to leave, one after the other,
/// while it is memory or processes; for the disk [DiskEvictions] does. One thread looks, quickly;
/// any may ask for the conditions.
final class Evictions implements AutoCloseable {
    /// As often as the kubelet's eviction manager looks.
    static final Duration LOOK = Duration.ofSeconds(10);

    private final Supplier<List<Pod>> pods;
    private final PodUse use;
    private final PodVolumes volumes;
    private final PodEvents events;
    private final Runnable conditionsChanged;
    private final NodePressure pressure;
    private final Departures departures;
    private final DiskEvictions disk;
    private final UnboundPods unbound;
    private final Rounds rounds = Rounds.every("evictions", LOOK, LOOK, this::round);
    private Set<Signal.Condition> told = Set.of();

    /// @param pods of the node, with their status
    /// @param tell tells a pod's worker
    /// @param conditionsChanged run when the node's conditions are others than before
    Evictions(
            NodeParts parts,
            Headroom headroom,
            NodeSignals signals,
            PodUse use,
            Supplier<List<Pod>> pods,
            PodEvents events,
            BiConsumer<Pod, PodMail> tell,
            Runnable conditionsChanged) {
        this.pods = pods;
        this.use = use;
        this.volumes = parts.volumes();
        this.events = events;
        this.conditionsChanged = conditionsChanged;
        this.pressure = new NodePressure(headroom, signals, parts.clock());
        this.departures = new Departures(events, tell, parts.clock());
        this.unbound = new UnboundPods(parts.firewall(), parts.gate(), this::active, departures);
        this.disk =
                new DiskEvictions(
                        pressure,
                        departures,
                        use,
                        new ImageCare(
                                parts.runtime(),
                                headroom.images(),
                                parts.clock(),
                                signals,
                                events::nodeWarning),
                        new RecordCare(parts.runtime(), pods, tell),
                        this::active,
                        events,
                        parts.clock());
    }

    void start() {
        rounds.start();
        disk.start();
        unbound.start();
    }

    @Override
    public void close() {
        rounds.close();
        disk.close();
        unbound.close();
    }

    /// Takes a look without consequences, so that the conditions are known.
    void look() {
        pressure.look();
    }

    /// What the node is short of, or was a short while ago.
    Set<Signal.Condition> conditions() {
        return pressure.conditions();
    }

    /// One look, and its consequences.
    void round() {
        look();
        Set<Signal.Condition> now = conditions();
        if (!now.equals(told)) {
            conditionsChanged.run();
            told = now;
        }
        departures.remind(there());
        pressure.first(condition -> condition != Signal.Condition.DISK).ifPresent(this::reclaim);
    }

    /// The disk's part, which takes its time.
    DiskEvictions disk() {
        return disk;
    }

    private void reclaim(Signal signal) {
        events.nodeWarning("EvictionThresholdMet", "Attempting to reclaim " + signal.resource());
        departures.tellNext(
                use.ranked(active(), signal),
                candidate -> forPressure(pressure, signal, candidate));
    }

    /// What a pod is told that leaves for the node's sake.
    static Eviction forPressure(NodePressure pressure, Signal signal, Candidate candidate) {
        return new Eviction(
                Eviction.Cause.PRESSURE, Ranking.message(pressure.last(), signal, candidate));
    }

    /// Pods of which anything is left on the node: what a pod has is given back when its directory
    /// goes.
    private Set<String> there() {
        Set<String> there = new HashSet<>(volumes.uids());
        active().forEach(pod -> there.add(PodWorkers.uid(pod)));
        return there;
    }

    private List<Pod> active() {
        return pods.get().stream().filter(Evictions::isActive).toList();
    }

    /// Also one that was deleted is, for as long as it may take: an eviction is quicker.
    private static boolean isActive(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getStartTime() != null
                && !PodFacts.terminal(pod);
    }
}
