package dev.glovebox.node;

import dev.glovebox.node.eviction.NodeSignals;
import dev.glovebox.node.eviction.Pressure;
import dev.glovebox.node.eviction.Signal;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What the node is short of, as it was last looked. Any thread.
final class NodePressure {
    private final NodeSignals signals;
    private final Clock clock;
    private volatile Pressure last;

    /// Short of nothing before the first look.
    NodePressure(Headroom headroom, NodeSignals signals, Clock clock) {
        this.signals = signals;
        this.clock = clock;
        this.last = Pressure.none(headroom.evictionHard(), headroom.transition());
    }

    /// Takes a look.
    synchronized void look() {
        last = last.next(signals.read(), clock.instant());
    }

    /// The last look.
    Pressure last() {
        return last;
    }

    /// What the node is short of, or was a short while ago.
    Set<Signal.Condition> conditions() {
        return last.conditions();
    }

    /// The first of what is short now, as far as its condition is one of those.
    Optional<Signal> first(Predicate<Signal.Condition> conditions) {
        return last.met().stream().filter(s -> conditions.test(s.condition())).findFirst();
    }
}
