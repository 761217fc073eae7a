package dev.glovebox.controllers.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Resource;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.Lab;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicaControllerTest {
    private static final String SPEC =
            """
            {"replicas":%d,"selector":%s,"template":{"metadata":{"labels":{"app":"w"}},
             "spec":{"containers":[{"name":"c","image":"i"}]}}}
            """;

    private Lab lab = new Lab();

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private static String set(int replicas) {
        return """
        {"apiVersion":"apps/v1","kind":"ReplicaSet",
         "metadata":{"name":"w","namespace":"default"},"spec":%s}
        """
                .formatted(SPEC.formatted(replicas, "{\"matchLabels\":{\"app\":\"w\"}}"));
    }

    private void scale(int replicas) {
        lab.merge(Kinds.REPLICA_SETS, "w", "", "{\"spec\":{\"replicas\":%d}}".formatted(replicas));
    }

    private int counted() {
        ReplicaSet set = lab.get(Kinds.REPLICA_SETS, "w");
        Integer count = set.getStatus() == null ? null : set.getStatus().getReplicas();
        return count == null ? -1 : count;
    }

    private static String bare(String more) {
        return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default",%s},
         "spec":{"containers":[{"name":"c","image":"i"}]}}
        """
                .formatted(more);
    }

    @Test
    void there_are_as_many_pods_as_are_wanted() {
        lab.start(ReplicaController::ofReplicaSets);
        lab.create(Kinds.REPLICA_SETS, set(3));
        Lab.await(() -> counted() == 3);
        Pod pod = lab.active().getFirst();
        assertThat(pod.getMetadata().getName()).startsWith("w-");
        assertThat(pod.getMetadata().getLabels()).isEqualTo(Map.of("app", "w"));
        assertThat(Owner.controllerOf(pod).orElseThrow())
                .satisfies(owner -> {
                    assertThat(owner.getApiVersion()).isEqualTo("apps/v1");
                    assertThat(owner.getKind()).isEqualTo("ReplicaSet");
                    assertThat(owner.getBlockOwnerDeletion()).isTrue();
                });
        scale(1);
        Lab.await(() -> lab.active().size() == 1 && counted() == 1);
        lab.delete(Resource.PODS, lab.active().getFirst().getMetadata().getName());
        Lab.await(() -> lab.active().size() == 1);
        Lab.await(() ->
                lab.events().stream().filter(each -> each.startsWith("SuccessfulCreate")).count()
                        == 4);
        assertThat(lab.events()).filteredOn(each -> each.startsWith("SuccessfulDelete")).hasSize(2);
    }

    @Test
    void a_replication_controller_selects_by_a_map_of_labels() {
        lab.start(ReplicaController::ofReplicationControllers);
        lab.create(
                new Resource<>("", "v1", "replicationcontrollers", true, ReplicaSet.class),
                """
                {"apiVersion":"v1","kind":"ReplicationController",
                 "metadata":{"name":"w","namespace":"default"},"spec":%s}
                """
                        .formatted(SPEC.formatted(2, "{\"app\":\"w\"}")));
        Lab.await(() -> lab.active().size() == 2);
        assertThat(Owner.controllerOf(lab.active().getFirst()).orElseThrow().getKind())
                .isEqualTo("ReplicationController");
        assertThat(Owner.controllerOf(lab.active().getFirst()).orElseThrow().getApiVersion())
                .isEqualTo("v1");
    }

    @Test
    void an_orphan_that_is_selected_is_taken_and_one_that_is_not_any_more_is_let_go() {
        lab.create(Resource.PODS, bare("\"name\":\"orphan\",\"labels\":{\"app\":\"w\"}"));
        lab.start(ReplicaController::ofReplicaSets);
        lab.create(Kinds.REPLICA_SETS, set(1));
        Lab.await(() -> Owner.controllerOf(lab.get(Resource.PODS, "orphan")).isPresent());
        lab.merge(Resource.PODS, "orphan", "", "{\"metadata\":{\"labels\":{\"app\":\"x\"}}}");
        Lab.await(() -> lab.active().size() == 2);
        Lab.await(() -> Owner.controllerOf(lab.get(Resource.PODS, "orphan")).isEmpty());
    }

    @Test
    void somebody_elses_pods_are_left_alone() {
        lab.create(
                Resource.PODS,
                bare(
                        """
                        "name":"other","labels":{"app":"w"},"ownerReferences":[{"apiVersion":"v1",
                        "kind":"Thing","name":"t","uid":"t","controller":true}]\
                        """));
        lab.start(ReplicaController::ofReplicaSets);
        lab.create(Kinds.REPLICA_SETS, set(1));
        Lab.await(() -> lab.active().size() == 2 && counted() == 1);
        assertThat(Owner.controllerOf(lab.get(Resource.PODS, "other")).orElseThrow().getUid())
                .isEqualTo("t");
    }

    @Test
    void a_refusal_is_told_and_tried_again() {
        lab.create(Kinds.REPLICA_SETS, set(2));
        ApiException no = new ApiException(StatusReason.FORBIDDEN, "exceeded quota");
        lab.cluster().refuseNext("create", no);
        lab.start(ReplicaController::ofReplicaSets);
        Lab.await(() -> lab.active().size() == 2 && counted() == 2);
        Lab.await(() -> lab.events().contains("FailedCreate: Error creating: exceeded quota"));
        assertThat(lab.get(Kinds.REPLICA_SETS, "w").getStatus().getConditions()).isEmpty();
    }

    @Test
    void watches_that_are_late_do_not_make_too_many_pods() throws Exception {
        lab.close();
        lab = new Lab(Clock.systemUTC(), Duration.ofMillis(40));
        lab.start(ReplicaController::ofReplicaSets);
        lab.create(Kinds.REPLICA_SETS, set(5));
        Lab.await(() -> {
            assertThat(lab.active()).hasSizeLessThanOrEqualTo(5);
            return counted() == 5;
        });
        for (int round = 0; round < 5; round++) {
            List<Pod> pods = lab.active();
            lab.delete(Resource.PODS, pods.getFirst().getMetadata().getName());
            lab.end(pods.getLast(), "Failed", 1);
            Lab.await(() -> {
                assertThat(lab.active()).hasSizeLessThanOrEqualTo(5);
                return lab.active().size() == 5;
            });
        }
    }

    @Test
    void a_controller_that_begins_anew_makes_no_pod_twice() throws Exception {
        lab.start(ReplicaController::ofReplicaSets);
        lab.create(Kinds.REPLICA_SETS, set(8));
        Lab.await(() -> lab.active().size() >= 3);
        lab.stop();
        lab.start(ReplicaController::ofReplicaSets);
        Lab.await(() -> {
            assertThat(lab.active()).hasSizeLessThanOrEqualTo(8);
            return counted() == 8;
        });
        assertThat(lab.active()).hasSize(8);
    }
}
