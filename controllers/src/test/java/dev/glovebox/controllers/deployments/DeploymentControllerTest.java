package dev.glovebox.controllers.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Resource;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.Lab;
import dev.glovebox.controllers.loop.PodFacts;
import dev.glovebox.controllers.replicas.ReplicaController;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The controllers of Deployments and ReplicaSets together, with watches that are late.
class DeploymentControllerTest {
    private final Lab lab = new Lab(Clock.systemUTC(), Duration.ofMillis(5));

    @BeforeEach
    void start() {
        lab.start(ReplicaController::ofReplicaSets);
        lab.start(DeploymentController::start);
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void create(String more) {
        lab.create(
                Kinds.DEPLOYMENTS,
                """
                {"apiVersion":"apps/v1","kind":"Deployment",
                 "metadata":{"name":"w","namespace":"default","annotations":{"note":"x"}},
                 "spec":{"replicas":3,"progressDeadlineSeconds":600,"revisionHistoryLimit":1,%s
                  "selector":{"matchLabels":{"app":"w"}},
                  "template":{"metadata":{"labels":{"app":"w"}},
                   "spec":{"containers":[{"name":"c","image":"i1"}]}}}}
                """
                        .formatted(more));
    }

    private void change(String spec) {
        lab.merge(Kinds.DEPLOYMENTS, "w", "", "{\"spec\":" + spec + "}");
    }

    private void image(String image) {
        change(
                """
                {"template":{"spec":{"containers":[{"name":"c","image":"%s"}]}}}
                """
                        .formatted(image));
    }

    /// Runs every pod that waits, until the rollout is complete.
    private void awaitComplete(String revision) {
        Lab.await(() -> {
            lab.active().stream().filter(pod -> !PodFacts.isReady(pod)).forEach(this::runIfThere);
            Deployment now = lab.get(Kinds.DEPLOYMENTS, "w");
            return now.getStatus() != null
                    && revision.equals(Revisions.annotations(now).get(Revisions.REVISION))
                    && now.getStatus().getObservedGeneration() != null
                    && Progress.isComplete(
                            new Rollout(now, List.of(), List.of(), lab.clock().instant()),
                            now.getStatus());
        });
    }

    private void runIfThere(Pod pod) {
        try {
            lab.run(pod);
        } catch (dev.glovebox.model.ApiException e) {
            assertThat(e.reason()).isEqualTo(dev.glovebox.model.StatusReason.NOT_FOUND);
        }
    }

    private List<String> images() {
        return lab.active().stream()
                .map(pod -> pod.getSpec().getContainers().getFirst().getImage())
                .distinct()
                .toList();
    }

    @Test
    void it_rolls_forth_and_back_and_keeps_as_much_history_as_it_should() {
        create(
                "\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":"
                        + "{\"maxSurge\":1,\"maxUnavailable\":1}},");
        awaitComplete("1");
        assertThat(images()).containsExactly("i1");
        image("i2");
        awaitComplete("2");
        assertThat(images()).containsExactly("i2");
        image("i1");
        awaitComplete("3");
        assertThat(images()).containsExactly("i1");
        ReplicaSet first =
                lab.all(Kinds.REPLICA_SETS).stream()
                        .filter(set -> Rollout.wanted(set) == 3)
                        .findFirst()
                        .orElseThrow();
        assertThat(Revisions.annotations(first))
                .containsEntry(Revisions.HISTORY, "1")
                .containsEntry("note", "x");
        image("i3");
        awaitComplete("4");
        Lab.await(() -> lab.all(Kinds.REPLICA_SETS).size() == 2);
        Lab.await(() ->
                lab.events().stream()
                        .anyMatch(each -> each.startsWith("ScalingReplicaSet: Scaled up")));
    }

    @Test
    void a_replacement_never_has_pods_of_two_templates() {
        create("\"strategy\":{\"type\":\"Recreate\"},");
        awaitComplete("1");
        image("i2");
        Lab.await(() -> {
            assertThat(images()).hasSizeLessThanOrEqualTo(1);
            return images().equals(List.of("i2"));
        });
        awaitComplete("2");
    }

    @Test
    void it_scales_and_waits_while_it_is_paused() {
        create("");
        awaitComplete("1");
        change("{\"replicas\":5}");
        Lab.await(() -> lab.active().size() == 5);
        awaitComplete("1");
        change("{\"paused\":true}");
        image("i2");
        Lab.await(() ->
                lab.get(Kinds.DEPLOYMENTS, "w").getStatus().getConditions().stream()
                        .anyMatch(each -> "DeploymentPaused".equals(each.getReason())));
        assertThat(images()).containsExactly("i1");
        change("{\"paused\":false}");
        awaitComplete("2");
        assertThat(images()).containsExactly("i2");
    }

    @Test
    void a_name_that_is_taken_makes_another() {
        Deployment wanted =
                Lab.json(
                        Deployment.class,
                        """
                        {"spec":{"template":{"metadata":{"labels":{"app":"w"}},
                         "spec":{"containers":[{"name":"c","image":"i1"}]}}}}
                        """);
        String taken = "w-" + Templates.hash(wanted.getSpec().getTemplate(), 0);
        lab.create(
                Kinds.REPLICA_SETS,
                """
                {"apiVersion":"apps/v1","kind":"ReplicaSet",
                 "metadata":{"name":"%s","namespace":"default"},
                 "spec":{"replicas":0,"selector":{"matchLabels":{"app":"z"}},"template":{
                  "metadata":{"labels":{"app":"z"}},"spec":{"containers":[]}}}}
                """
                        .formatted(taken));
        create("");
        awaitComplete("1");
        assertThat(lab.get(Kinds.DEPLOYMENTS, "w").getStatus().getCollisionCount()).isEqualTo(1);
        assertThat(lab.all(Resource.PODS)).hasSize(3);
    }
}
