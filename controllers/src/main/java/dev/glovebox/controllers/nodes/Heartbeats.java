package dev.glovebox.controllers.nodes;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// When each node last gave a sign of life, by the clock of whoever looks: nodes' own clocks may be
/// wrong, and after a start nobody is taken for silent who had no time to speak. One thread's own.
final class Heartbeats {
    /// How long a node may be silent. kube-controller-manager's `--node-monitor-grace-period`.
    static final Duration GRACE = Duration.ofSeconds(50);

    private final Map<String, Sign> signs = new HashMap<>();

    private record Sign(String words, Instant seen) {}

    /// Notes what a node says of itself now.
    ///
    /// @param words that change with every sign of life
    void note(String node, String words, Instant now) {
        Sign old = signs.get(node);
        if (old == null || !old.words().equals(words)) {
            signs.put(node, new Sign(words, now));
        }
    }

    /// Forgets all other nodes.
    void keep(Collection<String> nodes) {
        signs.keySet().retainAll(nodes);
    }

    /// Whether a node has been silent for too long.
    boolean isSilent(String node, Instant now) {
        Sign sign = signs.get(node);
        return sign != null && sign.seen().plus(GRACE).isBefore(now);
    }
}
