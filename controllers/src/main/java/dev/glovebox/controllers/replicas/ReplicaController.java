package dev.glovebox.controllers.replicas;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.EventRecorder;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.Claimer;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Informers;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.Pending;
import dev.glovebox.controllers.loop.PodControl;
import dev.glovebox.controllers.loop.PodFacts;
import dev.glovebox.controllers.loop.SlowStart;
import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes and deletes pods until there are as many as a ReplicaSet or a ReplicationController wants,
/// and says how many there are: what kube-controller-manager's controllers of these names do.
public final class ReplicaController implements AutoCloseable {
    private final ReplicaKind kind;
    private final Cluster cluster;
    private final Clock clock;
    private final Reflector<ReplicaSet> sets;
    private final Reflector<Pod> pods;
    private final Claimer<ReplicaSet, Pod> claimer;
    private final Pending<ObjectKey> pending = new Pending<>();
    private final EventRecorder events;
    private final PodControl control;
    private final ControlLoop<ObjectKey> loop;

    private ReplicaController(ReplicaKind kind, LoopSettings settings) {
        this.kind = kind;
        this.cluster = settings.cluster();
        this.clock = settings.clock();
        Informers informers = settings.informers();
        this.sets = informers.of(kind.resource());
        this.pods = informers.of(Resource.PODS);
        this.claimer = new Claimer<>(cluster, kind.resource(), Resource.PODS, Set.of());
        this.events = settings.events(kind.component());
        this.control = new PodControl(cluster, events, pending);
        this.loop =
                settings.<ObjectKey>loop(kind.component())
                        .follow(sets, set -> Stream.of(ObjectKey.of(set)))
                        .follow(pods, this::concerned)
                        .start(this::reconcile);
    }

    /// Starts the controller of ReplicaSets.
    public static ReplicaController ofReplicaSets(LoopSettings settings) {
        return new ReplicaController(ReplicaKind.SETS, settings);
    }

    /// Starts the controller of ReplicationControllers.
    public static ReplicaController ofReplicationControllers(LoopSettings settings) {
        return new ReplicaController(ReplicaKind.CONTROLLERS, settings);
    }

    @Override
    public void close() {
        loop.close();
        events.close();
    }

    /// A pod concerns its controller; an orphan, whoever may take it.
    private Stream<ObjectKey> concerned(Pod pod) {
        if (Owner.controllerOf(pod).isPresent()) {
            return Owner.keyOf(pod, kind.resource().group(), kind.kind()).stream();
        }
        return sets.image().values().stream()
                .filter(set ->
                        pod.getMetadata().getNamespace().equals(set.getMetadata().getNamespace()))
                .filter(set -> kind.wanted(set).owner().selector().test(pod))
                .map(ObjectKey::of);
    }

    private Outcome reconcile(ObjectKey key) {
        Image<Pod> image = pods.image();
        Optional<ReplicaSet> found = sets.image().get(key);
        if (found.isEmpty()) {
            pending.forget(key);
            return new Outcome.Done();
        }
        if (!pending.isIn(image, key)) {
            return new Outcome.Again(LoopSettings.NEXT_LOOK);
        }
        ReplicaSet set = found.get();
        Replicas wanted = kind.wanted(set);
        List<Pod> owned = claimer.claim(wanted.owner(), image.values());
        Instant now = clock.instant();
        ReplicaPlan plan = ReplicaPlan.of(wanted, owned, related(wanted, image.values()), now);
        Optional<RuntimeException> failure = carryOut(wanted, plan);
        write(set, failing(plan, failure, kind.status(set)));
        if (failure.isPresent()) {
            throw failure.get();
        }
        return plan.nextLook()
                .<Outcome>map(then -> new Outcome.Again(Times.until(then, now)))
                .orElseGet(Outcome.Done::new);
    }

    /// Active pods of all of the group.
    private List<Pod> related(Replicas wanted, Collection<Pod> all) {
        Set<String> group =
                sets.image().values().stream()
                        .filter(set -> kind.wanted(set).group().equals(wanted.group()))
                        .map(set -> set.getMetadata().getUid())
                        .collect(Collectors.toSet());
        return all.stream()
                .filter(PodFacts::isActive)
                .filter(pod ->
                        Owner.controllerOf(pod)
                                .filter(each -> group.contains(each.getUid()))
                                .isPresent())
                .toList();
    }

    private Optional<RuntimeException> carryOut(Replicas wanted, ReplicaPlan plan) {
        Owner owner = wanted.owner();
        Pod pod = PodControl.ofTemplate(owner, wanted.template()).build();
        IntConsumer create = number -> control.create(owner, pod);
        IntConsumer delete = number -> control.delete(owner, plan.delete().get(number));
        return SlowStart.run(plan.create(), create)
                .failure()
                .or(() -> SlowStart.atOnce(0, plan.delete().size(), delete).failure());
    }

    /// A failure that goes on keeps the words in which it began.
    private static ReplicaStatus failing(
            ReplicaPlan plan, Optional<RuntimeException> failure, ReplicaStatus old) {
        return plan.status()
                .failing(
                        failure.map(cause ->
                                old.failure()
                                        .orElseGet(() ->
                                                new ReplicaStatus.Failure(
                                                        plan.create() > 0
                                                                ? "FailedCreate"
                                                                : "FailedDelete",
                                                        String.valueOf(cause.getMessage())))));
    }

    private void write(ReplicaSet set, ReplicaStatus status) {
        if (!status.equals(kind.status(set))) {
            cluster.updateStatus(kind.resource(), kind.withStatus(set, status, clock.instant()));
        }
    }
}
