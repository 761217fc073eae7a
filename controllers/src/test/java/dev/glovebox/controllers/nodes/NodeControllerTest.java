package dev.glovebox.controllers.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.controllers.loop.Lab;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeControllerTest {
    private final ManualClock clock = ManualClock.atNoon();
    private final Lab lab = new Lab(clock, Duration.ZERO);

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void node(String name) {
        lab.create(
                Resource.NODES,
                """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s"},"spec":{},
                 "status":{"conditions":[{"type":"Ready","status":"True",
                  "lastHeartbeatTime":"2026-01-01T12:00:00Z"}]}}
                """
                        .formatted(name));
    }

    private Node get(String name) {
        return lab.cluster().get(Resource.NODES, ObjectKey.of(name)).orElseThrow();
    }

    /// Lets time go by, and one node give a sign of life that the controller hears.
    private void pass(Duration time) {
        clock.advance(time);
        awaitLook("before" + clock.instant().getEpochSecond());
        beat("well");
        awaitLook("after" + clock.instant().getEpochSecond());
    }

    /// A sign of life of one node.
    private void beat(String name) {
        lab.cluster()
                .patch(
                        Resource.NODES,
                        ObjectKey.of(name),
                        new dev.glovebox.cluster.Patch.Merge(
                                """
                                {"status":{"conditions":[{"type":"Ready","status":"True",
                                 "lastHeartbeatTime":"%s"}]}}
                                """
                                        .formatted(clock.instant())),
                        "status");
    }

    /// Waits until the controller has looked and begins its next look: one that finds a new node
    /// which is not ready keeps pods from it.
    private void awaitLook(String name) {
        lab.create(
                Resource.NODES,
                """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s"},"spec":{},
                 "status":{"conditions":[{"type":"Ready","status":"False"}]}}
                """
                        .formatted(name));
        Lab.await(() -> !get(name).getSpec().getTaints().isEmpty());
    }

    private void pod(String name, String tolerations) {
        lab.create(
                Resource.PODS,
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"default"},
                 "spec":{"nodeName":"silent","containers":[{"name":"c","image":"i"}],
                  "tolerations":[%s]}}
                """
                        .formatted(name, tolerations));
        lab.run(lab.get(Resource.PODS, name));
    }

    @Test
    void pods_leave_a_silent_node_when_they_tolerate_it_no_longer() {
        node("silent");
        node("well");
        pod("brief", "");
        pod("patient", "{\"operator\":\"Exists\",\"tolerationSeconds\":20}");
        lab.start(NodeController::start);
        awaitLook("first");
        // In steps shorter than a node may be silent, and with a look at the time before each beat:
        // however late the controller looks, it hears one node in time and the other not at all.
        pass(Duration.ofSeconds(30));
        pass(Duration.ofSeconds(30));
        Lab.await(() -> NodeHealth.ready(get("silent")).equals("Unknown"));
        Lab.await(() -> get("silent").getSpec().getTaints().size() == 2);
        assertThat(NodeHealth.ready(get("well"))).isEqualTo("True");
        Lab.await(
                () -> lab.get(Resource.PODS, "brief").getMetadata().getDeletionTimestamp() != null);
        assertThat(lab.get(Resource.PODS, "patient").getMetadata().getDeletionTimestamp()).isNull();
        assertThat(lab.get(Resource.PODS, "patient").getStatus().getConditions())
                .anyMatch(
                        each -> each.getType().equals("Ready") && each.getStatus().equals("False"));
        pass(Duration.ofSeconds(30));
        Lab.await(() ->
                lab.get(Resource.PODS, "patient").getMetadata().getDeletionTimestamp() != null);
    }

    @Test
    void where_no_node_is_ready_nobody_has_to_leave() {
        node("silent");
        pod("brief", "");
        lab.start(NodeController::start);
        Lab.await(() -> {
            clock.advance(Duration.ofSeconds(10));
            lab.cluster()
                    .patch(
                            Resource.NODES,
                            ObjectKey.of("silent"),
                            new dev.glovebox.cluster.Patch.Merge(
                                    "{\"metadata\":{\"annotations\":{\"t\":\"%s\"}}}"
                                            .formatted(clock.instant())),
                            "");
            return NodeHealth.ready(get("silent")).equals("Unknown");
        });
        Lab.await(() -> get("silent").getSpec().getTaints().size() == 1);
        assertThat(lab.get(Resource.PODS, "brief").getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void pods_of_a_node_that_is_gone_go_too_but_not_at_once() {
        pod("lost", "");
        lab.start(PodGarbageController::start);
        lab.merge(Resource.PODS, "lost", "", "{\"metadata\":{\"annotations\":{\"t\":\"0\"}}}");
        assertThat(lab.all(Resource.PODS)).hasSize(1);
        Lab.await(() -> {
            clock.advance(Duration.ofSeconds(10));
            if (!lab.all(Resource.PODS).isEmpty()) {
                node("other" + clock.instant().getEpochSecond());
            }
            return lab.all(Resource.PODS).isEmpty();
        });
        assertThat(clock.instant())
                .isAfterOrEqualTo(ManualClock.atNoon().instant().plusSeconds(40));
    }
}
