package dev.glovebox.controllers.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.controllers.loop.DeletionOrder;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaPlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static Replicas wanted(int count, Duration minReady, boolean leaving) {
        Owner owner =
                new Owner(
                        "apps/v1",
                        "ReplicaSet",
                        new ObjectKey("default", "w"),
                        "u",
                        pod -> true,
                        leaving);
        return new Replicas(
                owner,
                "u",
                count,
                minReady,
                new PodTemplateSpecBuilder()
                        .withNewMetadata()
                        .addToLabels("app", "w")
                        .endMetadata()
                        .build(),
                7);
    }

    private static ReplicaPlan plan(int count, List<Pod> pods) {
        return ReplicaPlan.of(wanted(count, Duration.ZERO, false), pods, pods, NOW);
    }

    private static List<Pod> pending(int count) {
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pods.add(Pods.pending("p" + i));
        }
        return pods;
    }

    @ParameterizedTest
    @CsvSource({"0,3,3,0", "3,3,0,0", "5,3,0,2", "0,0,0,0", "2,0,0,2", "0,1200,500,0"})
    void the_difference_is_made_up_within_bounds(int have, int want, int create, int delete) {
        ReplicaPlan plan = plan(want, pending(have));
        assertThat(plan.create()).isEqualTo(create);
        assertThat(plan.delete()).hasSize(delete);
        assertThat(plan.status().count()).isEqualTo(have);
        assertThat(plan.status().observedGeneration()).isEqualTo(7);
    }

    @Test
    void those_that_ended_or_leave_are_replaced() {
        Pod leaving = Pods.pending("leaving");
        leaving.getMetadata().setDeletionTimestamp("2026-01-01T11:59:00Z");
        ReplicaPlan plan =
                plan(3, List.of(leaving, Pods.on("a", "n", "Failed"), Pods.pending("b")));
        assertThat(plan.create()).isEqualTo(2);
        assertThat(plan.status().count()).isEqualTo(1);
    }

    @Test
    void an_owner_that_leaves_makes_and_deletes_nothing() {
        Replicas leaving = wanted(3, Duration.ZERO, true);
        assertThat(ReplicaPlan.of(leaving, List.of(), List.of(), NOW).create()).isZero();
        assertThat(ReplicaPlan.of(leaving, pending(5), List.of(), NOW).delete()).isEmpty();
    }

    @Test
    void a_pod_becomes_available_when_it_has_been_ready_long_enough() {
        List<Pod> pods =
                List.of(
                        Pods.ready("old", "n", NOW.minusSeconds(30)),
                        Pods.ready("new", "n", NOW.minusSeconds(10)));
        ReplicaPlan plan =
                ReplicaPlan.of(wanted(2, Duration.ofSeconds(30), false), pods, pods, NOW);
        assertThat(plan.status().ready()).isEqualTo(2);
        assertThat(plan.status().available()).isEqualTo(1);
        assertThat(plan.nextLook()).contains(NOW.plusSeconds(20));
    }

    @Test
    void those_go_first_that_have_come_less_far() {
        Pod cheap = Pods.ready("cheap", "n1", NOW.minusSeconds(5000));
        cheap.getMetadata()
                .setAnnotations(
                        java.util.Map.of("controller.kubernetes.io/pod-deletion-cost", "-5"));
        Pod restarted = Pods.ready("restarted", "n3", NOW.minusSeconds(5000));
        restarted
                .getStatus()
                .getContainerStatuses()
                .add(
                        new io.fabric8.kubernetes.api.model.ContainerStatusBuilder()
                                .withName("c")
                                .withRestartCount(3)
                                .build());
        List<Pod> pods =
                new ArrayList<>(
                        List.of(
                                Pods.ready("alone", "n2", NOW.minusSeconds(5000)),
                                restarted,
                                Pods.ready("young", "n4", NOW.minusSeconds(5)),
                                Pods.ready("crowded", "n1", NOW.minusSeconds(5000)),
                                cheap,
                                Pods.on("unready", "n1", "Running"),
                                Pods.on("starting", "n1", "Pending"),
                                Pods.pending("unplaced")));
        Collections.shuffle(pods, new Random(1));
        assertThat(pods.stream().sorted(new DeletionOrder(pods, NOW)))
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly(
                        "unplaced",
                        "starting",
                        "unready",
                        "cheap",
                        "crowded",
                        "young",
                        "restarted",
                        "alone");
    }

    @Test
    void whatever_there_is_one_plan_leads_to_what_is_wanted_and_a_second_does_nothing() {
        Random random = new Random(20261127);
        for (int round = 0; round < 2000; round++) {
            List<Pod> pods = new ArrayList<>();
            int have = random.nextInt(12);
            for (int i = 0; i < have; i++) {
                pods.add(any("p" + i, random));
            }
            int want = random.nextInt(12);
            ReplicaPlan plan = plan(want, pods);
            Collections.shuffle(pods, random);
            assertThat(plan(want, pods)).as("order does not matter").isEqualTo(plan);
            assertThat(plan.create() == 0 || plan.delete().isEmpty()).isTrue();
            assertThat(plan.delete()).allMatch(PodFacts::isActive).doesNotHaveDuplicates();
            pods.removeAll(plan.delete());
            for (int i = 0; i < plan.create(); i++) {
                pods.add(Pods.pending("new" + i));
            }
            ReplicaPlan next = plan(want, pods);
            assertThat(next.status().count()).isEqualTo(want);
            assertThat(next.create()).isZero();
            assertThat(next.delete()).isEmpty();
        }
    }

    private static Pod any(String name, Random random) {
        String node = "n" + random.nextInt(3);
        Pod pod =
                switch (random.nextInt(4)) {
                    case 0 -> Pods.pending(name);
                    case 1 -> Pods.ready(name, node, NOW.minusSeconds(random.nextInt(5000)));
                    case 2 -> Pods.on(name, node, "Running");
                    default -> Pods.on(name, node, random.nextBoolean() ? "Failed" : "Succeeded");
                };
        if (random.nextInt(4) == 0) {
            pod.getMetadata().setDeletionTimestamp("2026-01-01T11:59:00Z");
        }
        return pod;
    }
}
