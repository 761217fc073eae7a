package dev.glovebox.controllers.deployments;

import dev.glovebox.cluster.Selectors;
import dev.glovebox.controllers.loop.Owner;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Plans what is to be done about a Deployment. Pure: whoever carries a plan out sees the outcome
/// in the next facts. Source: kube-controller-manager's deployment controller.
final class DeploymentPlanner {
    private static final int LONGEST_NAME = 253;

    private final Rollout rollout;
    private final Optional<ReplicaSet> newest;
    private final Progress progress;
    private final long revision;

    /// ReplicaSets as they are to be, by uid.
    private final Map<String, ReplicaSet> next = new HashMap<>();

    private DeploymentPlanner(Rollout rollout) {
        this.rollout = rollout;
        this.newest = rollout.newest();
        this.progress = new Progress(rollout, newest);
        this.revision = Revisions.greatest(rollout.old()) + 1;
    }

    static DeploymentPlan plan(Rollout rollout) {
        return new DeploymentPlanner(rollout).plan();
    }

    /// The plan after a ReplicaSet could not be made: nothing but to say so.
    static DeploymentPlan notCreated(Rollout rollout, String message) {
        DeploymentPlanner planner = new DeploymentPlanner(rollout);
        planner.progress.noteNotCreated(message);
        return planner.only(planner.progress.status());
    }

    private DeploymentPlan plan() {
        if (rollout.deployment().getMetadata().getDeletionTimestamp() != null) {
            return only(progress.status());
        }
        progress.notePause();
        newest.ifPresent(this::describe);
        if (rollout.paused() || wasScaled()) {
            return scale();
        }
        if (newest.isEmpty()) {
            return begin();
        }
        resize(Sizes.step(rollout, newest.get()));
        boolean idle = next.values().stream().noneMatch(this::isResized);
        boolean done = idle && Progress.isComplete(rollout, rollout.status());
        return whole(progress.rolloutStatus(), done ? tooOld() : List.of());
    }

    /// The new template's ReplicaSet has the Deployment's annotations and the newest revision.
    private void describe(ReplicaSet set) {
        ReplicaSet described =
                new ReplicaSetBuilder(set)
                        .editMetadata()
                        .withAnnotations(Revisions.ofNewest(rollout.deployment(), set, revision))
                        .endMetadata()
                        .editSpec()
                        .withMinReadySeconds(rollout.spec().getMinReadySeconds())
                        .endSpec()
                        .build();
        if (!described.equals(set)) {
            next.put(set.getMetadata().getUid(), described);
        }
        progress.noteFound(set.getMetadata().getName());
    }

    /// Whether another number is wanted than when the ReplicaSets got their sizes.
    private boolean wasScaled() {
        return rollout.sets().stream()
                .filter(set -> Rollout.wanted(set) > 0)
                .map(set -> Revisions.number(set, Revisions.DESIRED))
                .anyMatch(
                        desired -> desired.isPresent() && desired.getAsLong() != rollout.wanted());
    }

    private DeploymentPlan scale() {
        Map<String, Integer> sizes = new HashMap<>(Sizes.scaled(rollout));
        rollout.sets().stream()
                .filter(set -> Rollout.wanted(set) > 0)
                .forEach(set -> sizes.putIfAbsent(set.getMetadata().getUid(), Rollout.wanted(set)));
        resize(sizes);
        return whole(progress.status(), rollout.paused() ? tooOld() : List.of());
    }

    private void resize(Map<String, Integer> sizes) {
        for (ReplicaSet set : rollout.sets()) {
            String uid = set.getMetadata().getUid();
            Integer size = sizes.get(uid);
            if (size != null) {
                ReplicaSet sized = sized(next.getOrDefault(uid, set), size);
                if (!sized.equals(set)) {
                    next.put(uid, sized);
                }
            }
        }
    }

    private ReplicaSet sized(ReplicaSet set, int size) {
        return new ReplicaSetBuilder(set)
                .editMetadata()
                .addToAnnotations(Revisions.DESIRED, Integer.toString(rollout.wanted()))
                .addToAnnotations(Revisions.MAX, Integer.toString(rollout.most()))
                .endMetadata()
                .editSpec()
                .withReplicas(size)
                .endSpec()
                .build();
    }

    private boolean isResized(ReplicaSet set) {
        return rollout.sets().stream()
                .filter(each -> each.getMetadata().getUid().equals(set.getMetadata().getUid()))
                .anyMatch(each -> Rollout.wanted(each) != Rollout.wanted(set));
    }

    /// Begins with a template that has no ReplicaSet yet: at once, or when the old pods are gone.
    private DeploymentPlan begin() {
        if (rollout.recreates()) {
            Map<String, Integer> none = new HashMap<>();
            rollout.old().stream()
                    .filter(set -> Rollout.wanted(set) > 0)
                    .forEach(set -> none.put(set.getMetadata().getUid(), 0));
            resize(none);
            if (!none.isEmpty() || Sizes.oldPodsRun(rollout)) {
                return whole(progress.rolloutStatus(), List.of());
            }
        }
        ReplicaSet set = created();
        progress.noteCreated(set.getMetadata().getName());
        DeploymentStatus status = progress.status();
        return new DeploymentPlan(
                Optional.of(set),
                List.of(),
                List.of(),
                Optional.of(Long.toString(revision)),
                status,
                progress.nextLook(status));
    }

    private ReplicaSet created() {
        Deployment deployment = rollout.deployment();
        PodTemplateSpec template = rollout.spec().getTemplate();
        int collisions = Objects.requireNonNullElse(rollout.status().getCollisionCount(), 0);
        String hash = Templates.hash(template, collisions);
        PodTemplateSpec labelled =
                new PodTemplateSpecBuilder(template)
                        .editOrNewMetadata()
                        .addToLabels(Templates.HASH, hash)
                        .endMetadata()
                        .build();
        LabelSelector selector = rollout.spec().getSelector();
        String name = deployment.getMetadata().getName();
        ReplicaSet set =
                new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withNamespace(deployment.getMetadata().getNamespace())
                        .withName(
                                name.substring(
                                                0,
                                                Math.min(
                                                        name.length(),
                                                        LONGEST_NAME - hash.length() - 1))
                                        + "-"
                                        + hash)
                        .withLabels(labelled.getMetadata().getLabels())
                        .withOwnerReferences(
                                Owner.of(deployment, Selectors.of(selector)).reference())
                        .endMetadata()
                        .withNewSpec()
                        .withMinReadySeconds(rollout.spec().getMinReadySeconds())
                        .withSelector(
                                new LabelSelectorBuilder(selector)
                                        .addToMatchLabels(Templates.HASH, hash)
                                        .build())
                        .withTemplate(labelled)
                        .endSpec()
                        .build();
        set.getMetadata().setAnnotations(Revisions.ofNewest(deployment, set, revision));
        return sized(set, Sizes.ofNew(rollout));
    }

    /// Old ReplicaSets without pods, the oldest revisions first, as many as are too many.
    private List<ReplicaSet> tooOld() {
        if (rollout.history().isEmpty()) {
            return List.of();
        }
        List<ReplicaSet> old =
                rollout.old().stream()
                        .filter(set -> set.getMetadata().getDeletionTimestamp() == null)
                        .sorted(
                                Comparator.comparingLong((ReplicaSet set) ->
                                                Revisions.number(set, Revisions.REVISION).orElse(0))
                                        .thenComparing(Rollout.BY_AGE))
                        .toList();
        return old.stream()
                .limit(Math.max(0, old.size() - rollout.history().get()))
                .filter(DeploymentPlanner::isEmptied)
                .toList();
    }

    private static boolean isEmptied(ReplicaSet set) {
        long observed =
                set.getStatus() == null
                        ? 0
                        : Objects.requireNonNullElse(set.getStatus().getObservedGeneration(), 0L);
        return Rollout.wanted(set) == 0
                && Rollout.present(List.of(set)) == 0
                && Objects.requireNonNullElse(set.getMetadata().getGeneration(), 0L) <= observed;
    }

    private DeploymentPlan only(DeploymentStatus status) {
        return new DeploymentPlan(
                Optional.empty(), List.of(), List.of(), Optional.empty(), status, Optional.empty());
    }

    private DeploymentPlan whole(DeploymentStatus status, List<ReplicaSet> delete) {
        List<DeploymentPlan.Update> updates = new ArrayList<>();
        for (ReplicaSet set : rollout.sets()) {
            ReplicaSet changed = next.get(set.getMetadata().getUid());
            if (changed != null) {
                updates.add(new DeploymentPlan.Update(changed, Rollout.wanted(set)));
            }
        }
        Optional<Instant> nextLook = progress.nextLook(status);
        return new DeploymentPlan(
                Optional.empty(), updates, delete, newestRevision(), status, nextLook);
    }

    private Optional<String> newestRevision() {
        return newest.map(set -> next.getOrDefault(set.getMetadata().getUid(), set))
                .map(set -> Revisions.annotations(set).getOrDefault(Revisions.REVISION, ""))
                .filter(text -> !text.isEmpty());
    }
}
