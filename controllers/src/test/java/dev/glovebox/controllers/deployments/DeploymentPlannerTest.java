package dev.glovebox.controllers.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.controllers.loop.Lab;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentPlannerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static Deployment deployment(int replicas, String image, String strategy) {
        return Lab.json(
                Deployment.class,
                """
                {"apiVersion":"apps/v1","kind":"Deployment",
                 "metadata":{"name":"w","namespace":"default","uid":"d","generation":1},
                 "spec":{"replicas":%d,"progressDeadlineSeconds":600,"revisionHistoryLimit":2,
                  "selector":{"matchLabels":{"app":"w"}},"strategy":%s,
                  "template":{"metadata":{"labels":{"app":"w"}},
                   "spec":{"containers":[{"name":"c","image":"%s"}]}}}}
                """
                        .formatted(replicas, strategy, image));
    }

    private static String rolling(String surge, String unavailable) {
        return """
        {"type":"RollingUpdate","rollingUpdate":{"maxSurge":%s,"maxUnavailable":%s}}
        """
                .formatted(surge, unavailable);
    }

    /// A ReplicaSet as the planner makes it for that image.
    private static ReplicaSet set(String image, int size, int available, int wanted, int most) {
        Deployment deployment = deployment(wanted, image, rolling("1", "0"));
        ReplicaSet made =
                DeploymentPlanner.plan(new Rollout(deployment, List.of(), List.of(), NOW))
                        .create()
                        .orElseThrow();
        return new ReplicaSetBuilder(made)
                .editMetadata()
                .withUid(image)
                .withGeneration(1L)
                .withCreationTimestamp("2026-01-01T11:00:0" + image.charAt(1) + "Z")
                .addToAnnotations(Revisions.REVISION, image.substring(1))
                .addToAnnotations(Revisions.DESIRED, Integer.toString(wanted))
                .addToAnnotations(Revisions.MAX, Integer.toString(most))
                .endMetadata()
                .editSpec()
                .withReplicas(size)
                .endSpec()
                .withNewStatus()
                .withReplicas(size)
                .withReadyReplicas(available)
                .withAvailableReplicas(available)
                .withObservedGeneration(1L)
                .endStatus()
                .build();
    }

    private static DeploymentPlan plan(Deployment deployment, ReplicaSet... sets) {
        return DeploymentPlanner.plan(new Rollout(deployment, List.of(sets), List.of(), NOW));
    }

    private static List<String> events(DeploymentPlan plan) {
        return plan.updates().stream()
                .flatMap(update -> update.event().stream())
                .map(words -> words.replaceAll("w-[a-z0-9]+ ", ""))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "10, 25%, 25%, 3, 2",
        "1, 25%, 25%, 1, 0",
        "4, 0, 0, 0, 1",
        "4, 1, 0, 1, 0",
        "3, 50%, 100%, 2, 3",
        "2, 0, 10, 0, 2"
    })
    void room_is_a_number_or_a_share_of_what_is_wanted(
            int wanted, String surge, String unavailable, int up, int down) {
        String strategy =
                rolling(
                        surge.endsWith("%") ? "\"" + surge + "\"" : surge,
                        unavailable.endsWith("%") ? "\"" + unavailable + "\"" : unavailable);
        assertThat(Fenceposts.of(deployment(wanted, "i1", strategy).getSpec(), wanted))
                .isEqualTo(new Fenceposts(up, down));
    }

    @Test
    void a_template_without_a_set_gets_one_with_the_next_revision() {
        ReplicaSet old = set("i1", 3, 3, 3, 4);
        DeploymentPlan plan = plan(deployment(3, "i2", rolling("1", "0")), old);
        ReplicaSet made = plan.create().orElseThrow();
        assertThat(made.getSpec().getReplicas()).isEqualTo(1);
        assertThat(Revisions.annotations(made))
                .isEqualTo(
                        Map.of(
                                Revisions.REVISION,
                                "2",
                                Revisions.DESIRED,
                                "3",
                                Revisions.MAX,
                                "4"));
        String hash = made.getMetadata().getName().substring(2);
        assertThat(made.getSpec().getSelector().getMatchLabels())
                .isEqualTo(Map.of("app", "w", Templates.HASH, hash));
        assertThat(made.getMetadata().getLabels())
                .isEqualTo(Map.of("app", "w", Templates.HASH, hash));
        assertThat(plan.revision()).contains("2");
        assertThat(plan.status().getConditions())
                .extracting(each -> each.getType() + each.getStatus() + each.getReason())
                .containsExactly(
                        "ProgressingTrueNewReplicaSetCreated",
                        "AvailableTrueMinimumReplicasAvailable");
    }

    @Test
    void the_old_set_shrinks_only_by_what_is_available_elsewhere() {
        Deployment deployment = deployment(3, "i2", rolling("1", "0"));
        assertThat(events(plan(deployment, set("i1", 3, 3, 3, 4), set("i2", 1, 0, 3, 4))))
                .isEmpty();
        assertThat(events(plan(deployment, set("i1", 3, 3, 3, 4), set("i2", 1, 1, 3, 4))))
                .containsExactly("Scaled down replica set from 3 to 2");
        assertThat(events(plan(deployment, set("i1", 2, 2, 3, 4), set("i2", 1, 1, 3, 4))))
                .containsExactly("Scaled up replica set from 1 to 2");
    }

    @Test
    void pods_of_the_old_template_that_do_not_work_go_first() {
        Deployment deployment = deployment(4, "i3", rolling("2", "0"));
        assertThat(
                        events(
                                plan(
                                        deployment,
                                        set("i1", 2, 2, 4, 6),
                                        set("i2", 2, 0, 4, 6),
                                        set("i3", 2, 2, 4, 6))))
                .containsExactly("Scaled down replica set from 2 to 0");
    }

    @Test
    void another_wanted_number_is_shared_out() {
        Deployment deployment = deployment(20, "i2", rolling("2", "0"));
        assertThat(events(plan(deployment, set("i1", 8, 8, 10, 12), set("i2", 4, 2, 10, 12))))
                .containsExactly(
                        "Scaled up replica set from 8 to 15", "Scaled up replica set from 4 to 7");
    }

    @Test
    void a_replacement_waits_until_the_old_pods_are_gone() {
        Deployment deployment = deployment(2, "i2", "{\"type\":\"Recreate\"}");
        ReplicaSet old = set("i1", 2, 2, 2, 2);
        assertThat(events(plan(deployment, old)))
                .containsExactly("Scaled down replica set from 2 to 0");
        ReplicaSet emptied = set("i1", 0, 0, 2, 2);
        DeploymentPlan waiting =
                DeploymentPlanner.plan(
                        new Rollout(deployment, List.of(emptied), List.of("i1"), NOW));
        assertThat(waiting.create()).isEmpty();
        assertThat(plan(deployment, emptied).create().orElseThrow().getSpec().getReplicas())
                .isEqualTo(2);
    }

    @Test
    void who_returns_to_an_old_template_gets_the_newest_revision_and_remembers_the_old_one() {
        DeploymentPlan plan =
                plan(
                        deployment(2, "i1", rolling("1", "0")),
                        set("i1", 0, 0, 2, 3),
                        set("i2", 2, 2, 2, 3));
        ReplicaSet again = plan.updates().getFirst().set();
        assertThat(Revisions.annotations(again))
                .containsEntry(Revisions.REVISION, "3")
                .containsEntry(Revisions.HISTORY, "1");
        assertThat(events(plan)).containsExactly("Scaled up replica set from 0 to 1");
        assertThat(plan.revision()).contains("3");
    }

    @Test
    void a_paused_deployment_scales_and_does_not_roll() {
        Deployment paused =
                new DeploymentBuilder(deployment(4, "i2", rolling("1", "0")))
                        .editSpec()
                        .withPaused(true)
                        .endSpec()
                        .build();
        DeploymentPlan plan = plan(paused, set("i1", 2, 2, 2, 3));
        assertThat(plan.create()).isEmpty();
        assertThat(events(plan)).containsExactly("Scaled up replica set from 2 to 4");
        assertThat(plan.status().getConditions())
                .anyMatch(each -> "DeploymentPaused".equals(each.getReason()));
    }

    @Test
    void a_finished_rollout_says_so_and_drops_what_is_too_old() {
        Deployment deployment = deployment(1, "i4", rolling("1", "0"));
        ReplicaSet[] sets = {
            set("i1", 0, 0, 1, 2),
            set("i2", 0, 0, 1, 2),
            set("i3", 0, 0, 1, 2),
            set("i4", 1, 1, 1, 2)
        };
        DeploymentPlan plan = plan(deployment, sets);
        assertThat(plan.status().getConditions())
                .filteredOn(each -> each.getType().equals("Progressing"))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.getReason()).isEqualTo("NewReplicaSetAvailable");
                    assertThat(each.getMessage()).endsWith(" has successfully progressed.");
                });
        Deployment finished = new DeploymentBuilder(deployment).withStatus(plan.status()).build();
        DeploymentPlan after = plan(finished, sets);
        assertThat(after.delete())
                .extracting(each -> each.getMetadata().getUid())
                .containsExactly("i1");
        assertThat(after.status()).isEqualTo(plan.status());
        assertThat(after.nextLook()).isEmpty();
    }

    @Test
    void without_progress_the_deadline_passes() {
        Deployment deployment = deployment(1, "i1", rolling("1", "0"));
        ReplicaSet stuck = set("i1", 1, 0, 1, 2);
        DeploymentPlan first = plan(deployment, stuck);
        assertThat(first.nextLook()).contains(NOW.plusSeconds(601));
        Deployment later = new DeploymentBuilder(deployment).withStatus(first.status()).build();
        DeploymentPlan late =
                DeploymentPlanner.plan(
                        new Rollout(later, List.of(stuck), List.of(), NOW.plusSeconds(601)));
        assertThat(late.status().getConditions())
                .anyMatch(each ->
                        each.getStatus().equals("False")
                                && "ProgressDeadlineExceeded".equals(each.getReason()));
        assertThat(late.nextLook()).isEmpty();
    }

    /// Plays rollouts with pods that come up at random, and changes of mind in between.
    @Test
    void every_rollout_ends_and_keeps_within_its_bounds() {
        Random random = new Random(20261127);
        for (int round = 0; round < 300; round++) {
            int wanted = 1 + random.nextInt(8);
            int surge = random.nextInt(3);
            int unavailable = surge == 0 ? 1 + random.nextInt(2) : random.nextInt(3);
            String strategy = rolling(Integer.toString(surge), Integer.toString(unavailable));
            List<ReplicaSet> sets =
                    new ArrayList<>(List.of(set("i1", wanted, wanted, wanted, wanted + surge)));
            Deployment deployment = deployment(wanted, "i2", strategy);
            int steps = 0;
            while (!Progress.isComplete(
                    new Rollout(deployment, sets, List.of(), NOW),
                    new Rollout(deployment, sets, List.of(), NOW).status())) {
                assertThat(steps++).as("it ends").isLessThan(500);
                if (steps == 5) {
                    deployment
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst()
                            .setImage("i" + (2 + random.nextInt(2)));
                }
                deployment = play(deployment, sets);
                assertThat(Rollout.wanted(sets)).isLessThanOrEqualTo(wanted + surge);
                assertThat(Rollout.available(sets))
                        .isGreaterThanOrEqualTo(wanted - Math.min(unavailable, wanted));
                settle(sets, random);
            }
        }
    }

    private static Deployment play(Deployment deployment, List<ReplicaSet> sets) {
        DeploymentPlan plan = DeploymentPlanner.plan(new Rollout(deployment, sets, List.of(), NOW));
        plan.create()
                .ifPresent(made ->
                        sets.add(
                                new ReplicaSetBuilder(made)
                                        .editMetadata()
                                        .withUid("made" + sets.size())
                                        .withCreationTimestamp("2026-01-01T12:00:0" + sets.size())
                                        .endMetadata()
                                        .build()));
        for (DeploymentPlan.Update update : plan.updates()) {
            sets.replaceAll(set ->
                    set.getMetadata().getUid().equals(update.set().getMetadata().getUid())
                            ? update.set()
                            : set);
        }
        // Whoever shrinks loses those first that are not available.
        sets.replaceAll(set ->
                new ReplicaSetBuilder(set)
                        .editOrNewStatus()
                        .withReplicas(Rollout.wanted(set))
                        .withAvailableReplicas(
                                Math.min(Rollout.available(List.of(set)), Rollout.wanted(set)))
                        .endStatus()
                        .build());
        return new DeploymentBuilder(deployment).withStatus(plan.status()).build();
    }

    private static void settle(List<ReplicaSet> sets, Random random) {
        sets.replaceAll(set -> {
            int missing = Rollout.wanted(set) - Rollout.available(List.of(set));
            int come = missing == 0 ? 0 : random.nextInt(missing + 1);
            return new ReplicaSetBuilder(set)
                    .editStatus()
                    .withAvailableReplicas(Rollout.available(List.of(set)) + come)
                    .endStatus()
                    .build();
        });
    }
}
