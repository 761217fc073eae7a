package dev.glovebox.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.node.eviction.Candidate;
import dev.glovebox.node.pod.Eviction;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The pods that were told to leave and have not gone. Any thread.
///
/// Lock order: `this`, then whatever `tell` takes, which asks nothing here.
final class Departures {
    /// How long a pod that was told is waited for before another is.
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PodEvents events;
    private final BiConsumer<Pod, PodMail> tell;
    private final Clock clock;

    @GuardedBy("this")
    private final Map<String, Told> told = new HashMap<>();

    /// @param tell tells a pod's worker; told twice is told once
    Departures(PodEvents events, BiConsumer<Pod, PodMail> tell, Clock clock) {
        this.events = events;
        this.tell = tell;
        this.clock = clock;
    }

    private record Told(Pod pod, Eviction eviction, Instant at) {}

    /// Tells a pod to leave, unless it was told before or is one that its node needs; whether it
    /// was told now.
    synchronized boolean tell(Pod pod, Eviction eviction) {
        Told now = new Told(pod, eviction, clock.instant());
        if (PodFacts.isCritical(pod) || told.putIfAbsent(PodWorkers.uid(pod), now) != null) {
            return false;
        }
        events.warning(pod, "", eviction.reason(), eviction.message());
        tell.accept(pod, new PodMail.Evict(eviction));
        return true;
    }

    /// Tells the first that was not told yet, unless another was a short while ago and is still
    /// there: what it gives back may be enough.
    ///
    /// @param why what a pod is told
    synchronized void tellNext(List<Candidate> ranked, Function<Candidate, Eviction> why) {
        if (!awaited()) {
            for (Candidate candidate : ranked) {
                if (tell(candidate.pod(), why.apply(candidate))) {
                    return;
                }
            }
        }
    }

    /// Whether a pod that was told a short while ago is still there.
    synchronized boolean awaited() {
        Instant now = clock.instant();
        return told.values().stream().anyMatch(t -> t.at().plus(PATIENCE).isAfter(now));
    }

    /// Forgets those that are gone, and tells the others again: a worker may not have been there.
    ///
    /// @param there uids of pods of which anything is left on the node
    synchronized void remind(Set<String> there) {
        told.keySet().retainAll(there);
        told.values().forEach(t -> tell.accept(t.pod(), new PodMail.Evict(t.eviction())));
    }
}
