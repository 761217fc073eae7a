package dev.glovebox.node;

import dev.glovebox.network.PodFirewall;
import dev.glovebox.node.pod.Eviction;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Has pods leave that run without rules of the network, once a policy selects them or they are not
/// trusted any more: what is asked for would not hold.
final class UnboundPods implements AutoCloseable {
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Eviction LEAVES =
            new Eviction(
                    Eviction.Cause.LIMIT,
                    "NetworkNotReady",
                    "a NetworkPolicy selects the pod, and policies do not bind in this network");

    private static final Eviction UNTRUSTED =
            new Eviction(
                    Eviction.Cause.LIMIT,
                    "NetworkNotReady",
                    "the pod is not trusted any more, and rules do not bind it in this network");

    private final PodFirewall firewall;
    private final PodGate gate;
    private final Supplier<List<Pod>> pods;
    private final Departures departures;
    private final Rounds rounds = Rounds.every("unbound-pods", PACE, PACE, this::round);

    /// @param pods those that have not ended
    UnboundPods(
            PodFirewall firewall, PodGate gate, Supplier<List<Pod>> pods, Departures departures) {
        this.firewall = firewall;
        this.gate = gate;
        this.pods = pods;
        this.departures = departures;
    }

    void start() {
        rounds.start();
    }

    void round() {
        Map<String, Boolean> unbound = firewall.unbound();
        if (unbound.isEmpty()) {
            return;
        }
        for (Pod pod : pods.get()) {
            Boolean selected = unbound.get(PodWorkers.uid(pod));
            if (selected == null) {
                continue;
            }
            if (selected) {
                departures.tell(pod, LEAVES);
            } else if (!gate.trusts(pod)) {
                departures.tell(pod, UNTRUSTED);
            }
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
