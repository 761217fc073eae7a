package dev.glovebox.node.resize;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.node.amounts.PodRequests;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// What a node has given to each of its pods, decided for one after the other, so that all together
/// never have more than the node has. Any thread asks.
///
/// Lock order: `this` is taken last, and nothing is called under it but the list of pods.
public final class Allocations {
    private final Supplier<List<Pod>> pods;
    private final ResizeFit.Room room;

    /// Of pods that were asked about, by uid; those that wait longest come first.
    @GuardedBy("this")
    private final Map<String, Given> given = new LinkedHashMap<>();

    /// @param pods of the node as the API has them
    public Allocations(Supplier<List<Pod>> pods, ResizeFit.Room room) {
        this.pods = pods;
        this.room = room;
    }

    private record Given(Pod wanted, Standing standing) {
        boolean deferred() {
            return standing.pending()
                    .filter(p -> p.reason().equals(Standing.Pending.DEFERRED))
                    .isPresent();
        }

        boolean grows() {
            Pod now = standing.allocated().over(wanted);
            return PodRequests.of(wanted, "cpu") > PodRequests.of(now, "cpu")
                    || PodRequests.of(wanted, "memory") > PodRequests.of(now, "memory");
        }

        int priority() {
            return Objects.requireNonNullElse(wanted.getSpec().getPriority(), 0);
        }

        boolean guaranteed() {
            return PodResources.of(wanted).qos() == QosClass.GUARANTEED;
        }
    }

    /// What a pod has, after what it asks for was weighed where it is new.
    ///
    /// @param wanted the pod as the API has it
    public synchronized Standing follow(Pod wanted) {
        String uid = wanted.getMetadata().getUid();
        Given before = given.get(uid);
        Allocation allocated =
                before == null ? Allocation.allocated(wanted) : before.standing().allocated();
        if (allocated.changes(Allocation.of(wanted)).isEmpty()) {
            Given content = new Given(wanted, new Standing(allocated, Optional.empty()));
            given.put(uid, content);
            return content.standing();
        }
        boolean known =
                before != null
                        && Allocation.of(before.wanted()).changes(Allocation.of(wanted)).isEmpty();
        if (!known) {
            given.remove(uid);
            given.put(uid, weighed(wanted, allocated));
        }
        return Objects.requireNonNull(given.get(uid)).standing();
    }

    /// The pod with what it was given in place of what it asks for; it need not have been asked
    /// about before.
    public synchronized Pod given(Pod pod) {
        Given known = given.get(pod.getMetadata().getUid());
        Allocation allocated =
                known == null ? Allocation.allocated(pod) : known.standing().allocated();
        return allocated.over(pod);
    }

    /// Weighs again what was deferred: what does not grow first, then the more important, then
    /// those of better quality of service, then those that wait longest.
    ///
    /// @return pods that have been given something
    public synchronized List<Pod> reconsider() {
        List<Given> waiting =
                new ArrayList<>(given.values().stream().filter(Given::deferred).toList());
        waiting.sort(
                Comparator.comparing(Given::grows)
                        .thenComparing(Comparator.comparingInt(Given::priority).reversed())
                        .thenComparing(Comparator.comparing(Given::guaranteed).reversed()));
        List<Pod> changed = new ArrayList<>();
        for (Given each : waiting) {
            Given next = weighed(each.wanted(), each.standing().allocated());
            given.put(each.wanted().getMetadata().getUid(), next);
            if (!next.standing().equals(each.standing())) {
                changed.add(each.wanted());
            }
        }
        return changed;
    }

    /// Forgets a pod that is gone.
    public synchronized void forget(String uid) {
        given.remove(uid);
    }

    @GuardedBy("this")
    private Given weighed(Pod wanted, Allocation allocated) {
        Optional<Standing.Pending> refusal = ResizeFit.refusal(wanted, others(wanted), room);
        return new Given(
                wanted,
                new Standing(refusal.isEmpty() ? Allocation.of(wanted) : allocated, refusal));
    }

    /// The node's other pods that have not ended, with what they were given.
    @GuardedBy("this")
    private List<Pod> others(Pod wanted) {
        List<Pod> others = new ArrayList<>();
        for (Pod pod : pods.get()) {
            String uid = pod.getMetadata().getUid();
            if (!uid.equals(wanted.getMetadata().getUid()) && !ended(pod)) {
                others.add(given(pod));
            }
        }
        return others;
    }

    private static boolean ended(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }
}
