package dev.glovebox.node;

import dev.glovebox.model.Names;
import dev.glovebox.node.eviction.Admission;
import dev.glovebox.node.eviction.NodeFit;
import dev.glovebox.node.eviction.Signal;
import dev.glovebox.node.eviction.Suitability;
import dev.glovebox.node.pod.Eviction;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Whether a pod that comes to the node may begin. One pod after the other is asked about, so that
/// two never count on the same room; confined to the thread that hears of pods.
final class PodAdmission {
    private final ContainerRuntime runtime;
    private final Supplier<Set<Signal.Condition>> conditions;
    private final Occupants occupants;
    private final Supplier<Optional<Node>> known;
    private final Supplier<Optional<Node>> now;
    private final PodEvents events;

    /// Pods that may not begin, by uid, until they are gone: they hold no place.
    private final Set<String> refused = new HashSet<>();

    /// Who may hold a place on the node.
    ///
    /// @param pods of the node, as the API has them
    /// @param given a pod with what it was given in place of what it asks for
    /// @param claimed whether a pod of that uid was let in
    record Occupants(
            Supplier<List<Pod>> pods, UnaryOperator<Pod> given, Predicate<String> claimed) {}

    /// @param conditions what the node is short of
    /// @param known the node as it was last heard of
    /// @param now the node by a question to the API
    PodAdmission(
            ContainerRuntime runtime,
            Supplier<Set<Signal.Condition>> conditions,
            Occupants occupants,
            Supplier<Optional<Node>> known,
            Supplier<Optional<Node>> now,
            PodEvents events) {
        this.runtime = runtime;
        this.conditions = conditions;
        this.occupants = occupants;
        this.known = known;
        this.now = now;
        this.events = events;
    }

    /// Why a pod may not begin, which is told as an event as well; empty where it may, or has begun
    /// already.
    Optional<Eviction> refusal(Pod pod) {
        if (begun(pod)
                || pod.getMetadata().getDeletionTimestamp() != null
                || PodFacts.terminal(pod)) {
            return Optional.empty();
        }
        Optional<Eviction> refusal =
                Admission.refusal(pod, conditions.get())
                        .map(why -> new Eviction(Eviction.Cause.NOT_ADMITTED, why))
                        .or(() -> Suitability.refusal(pod, this::strictGroups))
                        .or(() -> misfit(pod));
        refusal.ifPresent(r -> {
            refused.add(uid(pod));
            events.warning(pod, "", r.reason(), r.message());
        });
        return refusal;
    }

    /// Forgets a pod that is gone.
    void gone(Pod pod) {
        refused.remove(uid(pod));
    }

    /// Of a runtime that does not answer nobody knows, and no pod has failed: it is asked again
    /// before the pod's sandbox is made.
    private boolean strictGroups() {
        try {
            return runtime.givesStrictGroups().orElse(false);
        } catch (RuntimeRefusal e) {
            return true;
        }
    }

    /// What was heard of the node may be older than what was heard of the pod (`kubectl label`, and
    /// a pod that waited for it), so nobody is refused for it. A node that nobody tells of refuses
    /// nobody.
    private Optional<Eviction> misfit(Pod sent) {
        Pod pod = whateverItsRuntime(sent);
        List<Pod> others = others(pod);
        boolean fits =
                known.get()
                        .filter(node -> NodeFit.refusal(pod, node, others).isEmpty())
                        .isPresent();
        return fits ? Optional.empty() : now.get().flatMap(n -> NodeFit.refusal(pod, n, others));
    }

    /// Whether the pod's runtime works here, the node knows better than its label, and says: the
    /// pod waits until it does, and has not failed.
    private static Pod whateverItsRuntime(Pod pod) {
        String label = Names.RUNTIME_PREFIX + pod.getSpec().getRuntimeClassName();
        Map<String, String> selector = pod.getSpec().getNodeSelector();
        return selector != null && selector.containsKey(label)
                ? new PodBuilder(pod).editSpec().removeFromNodeSelector(label).endSpec().build()
                : pod;
    }

    private List<Pod> others(Pod pod) {
        return occupants.pods().get().stream()
                .filter(each -> holdsPlace(each) && !uid(each).equals(uid(pod)))
                .map(occupants.given())
                .toList();
    }

    /// Those that come at the same time, and were not asked about yet, hold none.
    private boolean holdsPlace(Pod pod) {
        return !PodFacts.terminal(pod)
                && !refused.contains(uid(pod))
                && (begun(pod) || occupants.claimed().test(uid(pod)));
    }

    private static boolean begun(Pod pod) {
        return pod.getStatus() != null && pod.getStatus().getStartTime() != null;
    }

    private static String uid(Pod pod) {
        return PodWorkers.uid(pod);
    }
}
