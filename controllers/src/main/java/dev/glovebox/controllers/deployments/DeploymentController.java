package dev.glovebox.controllers.deployments;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.EventRecorder;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Selectors;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.Claimer;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.Pending;
import dev.glovebox.controllers.loop.PodFacts;
import dev.glovebox.controllers.loop.Times;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Rolls templates of Deployments out: what kube-controller-manager's deployment controller does.
/// What is to be done [DeploymentPlanner] decides; a plan is made only of an image that shows all
/// that the plans before have written.
public final class DeploymentController implements AutoCloseable {
    private static final String NAME = "deployment-controller";

    private final Cluster cluster;
    private final Clock clock;
    private final Reflector<Deployment> deployments;
    private final Reflector<ReplicaSet> sets;
    private final Reflector<Pod> pods;
    private final Claimer<Deployment, ReplicaSet> claimer;
    private final Pending<ObjectKey> pending = new Pending<>();
    private final EventRecorder events;
    private final ControlLoop<ObjectKey> loop;

    private DeploymentController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.clock = settings.clock();
        this.deployments = settings.informers().of(Kinds.DEPLOYMENTS);
        this.sets = settings.informers().of(Kinds.REPLICA_SETS);
        this.pods = settings.informers().of(Resource.PODS);
        this.claimer = new Claimer<>(cluster, Kinds.DEPLOYMENTS, Kinds.REPLICA_SETS, Set.of());
        this.events = settings.events(NAME);
        this.loop =
                settings.<ObjectKey>loop(NAME)
                        .follow(deployments, each -> Stream.of(ObjectKey.of(each)))
                        .follow(sets, this::concerned)
                        .follow(pods, this::waiting)
                        .start(this::reconcile);
    }

    /// Starts it.
    public static DeploymentController start(LoopSettings settings) {
        return new DeploymentController(settings);
    }

    @Override
    public void close() {
        loop.close();
        events.close();
    }

    /// A ReplicaSet concerns its controller; an orphan, whoever may take it.
    private Stream<ObjectKey> concerned(ReplicaSet set) {
        if (Owner.controllerOf(set).isPresent()) {
            return Owner.keyOf(set, "apps", "Deployment").stream();
        }
        return deployments.image().values().stream()
                .filter(each ->
                        each.getMetadata().getNamespace().equals(set.getMetadata().getNamespace()))
                .filter(each -> Selectors.of(each.getSpec().getSelector()).test(set))
                .map(ObjectKey::of);
    }

    /// The end of a pod concerns who waits until the old ones are gone.
    private Stream<ObjectKey> waiting(Pod pod) {
        return Owner.keyOf(pod, "apps", "ReplicaSet")
                .flatMap(key -> sets.image().get(key))
                .flatMap(set -> Owner.keyOf(set, "apps", "Deployment"))
                .filter(key ->
                        deployments
                                .image()
                                .get(key)
                                .filter(each -> each.getSpec().getStrategy() != null)
                                .filter(each ->
                                        "Recreate".equals(each.getSpec().getStrategy().getType()))
                                .isPresent())
                .stream();
    }

    private Outcome reconcile(ObjectKey key) {
        Image<ReplicaSet> image = sets.image();
        Optional<Deployment> found = deployments.image().get(key);
        if (found.isEmpty()) {
            pending.forget(key);
            return new Outcome.Done();
        }
        if (!pending.isIn(image, key)) {
            return new Outcome.Again(LoopSettings.NEXT_LOOK);
        }
        Deployment deployment = found.get();
        LabelSelector selector = deployment.getSpec().getSelector();
        if (selector.getMatchLabels().isEmpty() && selector.getMatchExpressions().isEmpty()) {
            return selectingAll(deployment);
        }
        List<ReplicaSet> owned =
                claimer.claim(Owner.of(deployment, Selectors.of(selector)), image.values());
        Rollout rollout = new Rollout(deployment, owned, crowded(), clock.instant());
        DeploymentPlan plan = DeploymentPlanner.plan(rollout);
        if (plan.create().isPresent() && !create(rollout, plan.create().get())) {
            return new Outcome.Again(LoopSettings.NEXT_LOOK);
        }
        carryOut(deployment, plan);
        return plan.nextLook()
                .<Outcome>map(then -> new Outcome.Again(Times.until(then, rollout.now())))
                .orElseGet(Outcome.Done::new);
    }

    private Outcome selectingAll(Deployment deployment) {
        events.warning(
                EventRecorder.about(deployment),
                "SelectingAll",
                "This deployment is selecting all pods. A non-empty selector is required.");
        write(
                deployment,
                new DeploymentStatusBuilder(status(deployment))
                        .withObservedGeneration(deployment.getMetadata().getGeneration())
                        .build());
        return new Outcome.Done();
    }

    /// Uids of controllers of pods that have not ended.
    private Set<String> crowded() {
        return pods.image().values().stream()
                .filter(pod -> !PodFacts.hasEnded(pod))
                .flatMap(pod -> Owner.controllerOf(pod).map(OwnerReference::getUid).stream())
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    /// Makes a ReplicaSet; whether it is there now. It is not where its name belongs to another
    /// template: then the next name will be another.
    private boolean create(Rollout rollout, ReplicaSet set) {
        Deployment deployment = rollout.deployment();
        try {
            ReplicaSet created = cluster.create(Kinds.REPLICA_SETS, set);
            pending.wrote(ObjectKey.of(deployment), created);
            new DeploymentPlan.Update(created, 0)
                    .event()
                    .ifPresent(words -> say(deployment, words));
            return true;
        } catch (ApiException e) {
            if (e.reason() == StatusReason.ALREADY_EXISTS) {
                return isOurs(deployment, set) || collided(deployment);
            }
            String message =
                    "Failed to create new replica set \"%s\": %s"
                            .formatted(set.getMetadata().getName(), e.getMessage());
            events.warning(EventRecorder.about(deployment), "ReplicaSetCreateError", message);
            write(deployment, DeploymentPlanner.notCreated(rollout, message).status());
            throw e;
        }
    }

    private boolean isOurs(Deployment deployment, ReplicaSet set) {
        return cluster.get(Kinds.REPLICA_SETS, ObjectKey.of(set))
                .filter(Owner.of(deployment, any -> true)::controls)
                .filter(there ->
                        Templates.same(there.getSpec().getTemplate(), set.getSpec().getTemplate()))
                .isPresent();
    }

    private boolean collided(Deployment deployment) {
        DeploymentStatus status = status(deployment);
        int before = Objects.requireNonNullElse(status.getCollisionCount(), 0);
        write(
                deployment,
                new DeploymentStatusBuilder(status).withCollisionCount(before + 1).build());
        return false;
    }

    private static DeploymentStatus status(Deployment deployment) {
        return Objects.requireNonNullElseGet(deployment.getStatus(), DeploymentStatus::new);
    }

    private void carryOut(Deployment deployment, DeploymentPlan plan) {
        ObjectKey key = ObjectKey.of(deployment);
        for (DeploymentPlan.Update update : plan.updates()) {
            pending.wrote(key, cluster.update(Kinds.REPLICA_SETS, update.set()));
            update.event().ifPresent(words -> say(deployment, words));
        }
        for (ReplicaSet set : plan.delete()) {
            String uid = set.getMetadata().getUid();
            cluster.delete(
                    Kinds.REPLICA_SETS,
                    ObjectKey.of(set),
                    new DeleteOptions(Optional.empty(), Optional.of(uid)));
            pending.deleted(key, uid);
        }
        write(
                plan.revision().map(number -> revised(deployment, number)).orElse(deployment),
                plan.status());
    }

    private void say(Deployment deployment, String words) {
        events.normal(EventRecorder.about(deployment), "ScalingReplicaSet", words);
    }

    /// The Deployment after its annotation says which revision it is.
    private Deployment revised(Deployment deployment, String revision) {
        if (revision.equals(Revisions.annotations(deployment).get(Revisions.REVISION))) {
            return deployment;
        }
        return cluster.update(
                Kinds.DEPLOYMENTS,
                new DeploymentBuilder(deployment)
                        .editMetadata()
                        .addToAnnotations(Revisions.REVISION, revision)
                        .endMetadata()
                        .build());
    }

    private void write(Deployment deployment, DeploymentStatus status) {
        if (!status.equals(status(deployment))) {
            cluster.updateStatus(
                    Kinds.DEPLOYMENTS,
                    new DeploymentBuilder(deployment).withStatus(status).build());
        }
    }
}
