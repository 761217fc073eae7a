package dev.glovebox.node.probe;

import dev.glovebox.node.pod.ContainerMemory;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.Ending;
import dev.glovebox.node.pod.Health;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.ProbeKind;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The probes of one pod that are asked now. Used by the pod's worker alone; each probe has a
/// thread of its own, so that a slow one holds nothing up.
public final class PodProbes implements AutoCloseable {
    /// Hears what probes come to. Called by the probes' threads; must not block.
    public interface Listener {
        /// A probe came to say something else of a container than before.
        ///
        /// @param container the runtime's id
        void verdict(String container, ProbeKind kind, boolean passed);

        /// Something that users must hear.
        ///
        /// @param name the container's name in the pod
        void event(String name, String reason, String message);
    }

    private record Key(String container, ProbeKind kind) {}

    private final Prober prober;
    private final Listener listener;
    private final Clock clock;
    private final Map<Key, ProbeLoop> loops = new HashMap<>();

    /// Probes of a pod, none of which is asked yet.
    public PodProbes(Prober prober, Listener listener, Clock clock) {
        this.prober = prober;
        this.listener = listener;
        this.clock = clock;
    }

    /// Begins and ends probes so that those are asked that the pod's state calls for.
    ///
    /// @param address the pod's
    /// @param ending why the pod ends; empty where it runs
    public void follow(
            Pod pod, PodView view, PodMemory memory, String address, Optional<Ending> ending) {
        Set<Key> wanted = new HashSet<>();
        for (ContainerView container : view.running()) {
            Optional<Container> spec =
                    PodFacts.named(pod, container.name())
                            .filter(c -> container.state() instanceof ContainerState.Running);
            if (spec.isEmpty()) {
                continue;
            }
            for (ProbeKind kind : wanted(pod, spec.get(), container, memory, ending)) {
                Key key = new Key(container.id(), kind);
                wanted.add(key);
                loops.computeIfAbsent(key, k -> begin(spec.get(), container, kind, address));
            }
        }
        loops.entrySet()
                .removeIf(entry -> {
                    boolean over = !wanted.contains(entry.getKey());
                    if (over) {
                        entry.getValue().close();
                    }
                    return over;
                });
    }

    /// The kinds of probe that a running container is asked by now. Pure.
    static Set<ProbeKind> wanted(
            Pod pod,
            Container spec,
            ContainerView container,
            PodMemory memory,
            Optional<Ending> ending) {
        ContainerMemory known = memory.container(container.id());
        boolean goesOn = ending.isEmpty() && known.termination().isEmpty();
        Set<ProbeKind> wanted = EnumSet.noneOf(ProbeKind.class);
        if (new Health(pod, memory).started(spec, container)) {
            wanted.add(ProbeKind.READINESS);
            if (goesOn) {
                wanted.add(ProbeKind.LIVENESS);
            }
        } else if (goesOn && known.postStart() == ContainerMemory.PostStart.OVER) {
            wanted.add(ProbeKind.STARTUP);
        }
        wanted.removeIf(kind -> kind.of(spec).isEmpty());
        return wanted;
    }

    private ProbeLoop begin(
            Container spec, ContainerView container, ProbeKind kind, String address) {
        Instant startedAt =
                container.state() instanceof ContainerState.Running(Instant at)
                        ? at
                        : clock.instant();
        var probe = kind.of(spec).orElseThrow();
        ProbeLoop loop =
                new ProbeLoop(
                        container.id(),
                        kind,
                        probe,
                        new Actions(spec, address).of(probe),
                        ProbeLoop.period(probe),
                        startedAt,
                        prober,
                        new ProbeLoop.Listener() {
                            @Override
                            public void verdict(ProbeKind which, boolean passed) {
                                listener.verdict(container.id(), which, passed);
                            }

                            @Override
                            public void event(String reason, String message) {
                                listener.event(container.name(), reason, message);
                            }
                        },
                        clock);
        Thread.ofVirtual().name(kind + " of " + container.id()).start(loop);
        return loop;
    }

    @Override
    public void close() {
        loops.values().forEach(ProbeLoop::close);
        loops.clear();
    }
}
