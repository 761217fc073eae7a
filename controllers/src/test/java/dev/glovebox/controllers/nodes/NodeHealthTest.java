package dev.glovebox.controllers.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.controllers.loop.Lab;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeHealthTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static Node node(String conditions, String spec) {
        return Lab.json(
                Node.class,
                """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"spec":{%s},
                 "status":{"conditions":[%s]}}
                """
                        .formatted(spec, conditions));
    }

    private static String condition(String type, String status) {
        return "{\"type\":\"%s\",\"status\":\"%s\"}".formatted(type, status);
    }

    private static List<String> taints(Node node, boolean evicts) {
        return NodeHealth.taints(node, evicts, NOW).stream()
                .map(taint ->
                        taint.getKey().replace("node.kubernetes.io/", "") + ":" + taint.getEffect())
                .sorted()
                .toList();
    }

    @Test
    void a_node_that_is_not_ready_keeps_pods_off_and_has_them_leave() {
        assertThat(taints(node(condition("Ready", "True"), ""), true)).isEmpty();
        assertThat(taints(node(condition("Ready", "False"), ""), true))
                .containsExactly("not-ready:NoExecute", "not-ready:NoSchedule");
        assertThat(taints(node(condition("Ready", "Unknown"), ""), true))
                .containsExactly("unreachable:NoExecute", "unreachable:NoSchedule");
        assertThat(taints(node(condition("Ready", "Unknown"), ""), false))
                .containsExactly("unreachable:NoSchedule");
        assertThat(taints(node("", ""), true)).as("it has not spoken yet").isEmpty();
    }

    @Test
    void pressure_and_cordons_keep_pods_off() {
        assertThat(
                        taints(
                                node(
                                        condition("Ready", "True")
                                                + ","
                                                + condition("DiskPressure", "True"),
                                        "\"unschedulable\":true"),
                                true))
                .containsExactly("disk-pressure:NoSchedule", "unschedulable:NoSchedule");
    }

    @Test
    void taints_that_others_gave_stay_and_old_ones_keep_their_time() {
        Node node =
                node(
                        condition("Ready", "False"),
                        """
                        "taints":[{"key":"mine","effect":"NoSchedule"},
                         {"key":"node.kubernetes.io/not-ready","effect":"NoExecute",
                          "timeAdded":"2026-01-01T11:00:00Z"},
                         {"key":"node.kubernetes.io/unreachable","effect":"NoSchedule"}]\
                        """);
        assertThat(taints(node, true))
                .containsExactly("mine:NoSchedule", "not-ready:NoExecute", "not-ready:NoSchedule");
        assertThat(NodeHealth.taints(node, true, NOW))
                .anyMatch(taint -> "2026-01-01T11:00:00Z".equals(taint.getTimeAdded()));
        Node settled =
                new NodeBuilder(node)
                        .editSpec()
                        .withTaints(NodeHealth.taints(node, true, NOW))
                        .endSpec()
                        .build();
        assertThat(NodeHealth.taints(settled, true, NOW.plusSeconds(9)))
                .isEqualTo(settled.getSpec().getTaints());
    }

    @Test
    void of_a_silent_node_nothing_is_known() {
        Node silent = NodeHealth.silent(node(condition("Ready", "True"), ""), NOW);
        assertThat(silent.getStatus().getConditions())
                .extracting(each -> each.getType() + each.getStatus() + each.getReason())
                .containsExactlyInAnyOrder(
                        "ReadyUnknownNodeStatusUnknown",
                        "MemoryPressureUnknownNodeStatusNeverUpdated",
                        "DiskPressureUnknownNodeStatusNeverUpdated",
                        "PIDPressureUnknownNodeStatusNeverUpdated");
        assertThat(NodeHealth.silent(silent, NOW.plusSeconds(60))).isEqualTo(silent);
    }

    @Test
    void silence_is_counted_from_the_last_sign_that_was_seen() {
        Heartbeats heartbeats = new Heartbeats();
        heartbeats.note("n", "a", NOW);
        heartbeats.note("n", "a", NOW.plusSeconds(40));
        assertThat(heartbeats.isSilent("n", NOW.plusSeconds(50))).isFalse();
        assertThat(heartbeats.isSilent("n", NOW.plusSeconds(51))).isTrue();
        heartbeats.note("n", "b", NOW.plusSeconds(51));
        assertThat(heartbeats.isSilent("n", NOW.plusSeconds(52))).isFalse();
        assertThat(heartbeats.isSilent("other", NOW)).isFalse();
        heartbeats.keep(Set.of());
        assertThat(heartbeats.isSilent("n", NOW.plus(Duration.ofDays(1)))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|0",
                "{\"key\":\"node.kubernetes.io/not-ready\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300}|300",
                "{\"operator\":\"Exists\",\"tolerationSeconds\":5}|5",
                "{\"operator\":\"Exists\"}|never",
                "{\"key\":\"node.kubernetes.io/not-ready\"}|never",
                "{\"key\":\"node.kubernetes.io/not-ready\",\"value\":\"x\"}|0",
                "{\"key\":\"other\",\"operator\":\"Exists\"}|0",
                "{\"operator\":\"Exists\",\"tolerationSeconds\":-3}|0",
                "{\"operator\":\"Exists\",\"effect\":\"NoSchedule\"}|0"
            })
    void a_pod_stays_as_long_as_it_tolerates(String toleration, String seconds) {
        Pod pod = Lab.json(Pod.class, "{\"spec\":{\"tolerations\":[%s]}}".formatted(toleration));
        Node node =
                node(
                        condition("Ready", "False"),
                        """
                        "taints":[{"key":"node.kubernetes.io/not-ready","effect":"NoExecute",
                          "timeAdded":"2026-01-01T12:00:00Z"}]\
                        """);
        assertThat(Eviction.of(pod, node, NOW))
                .isEqualTo(
                        seconds.equals("never")
                                ? Optional.empty()
                                : Optional.of(NOW.plusSeconds(Long.parseLong(seconds))));
    }

    @Test
    void pods_that_nobody_looks_after_are_told_apart() {
        List<Pod> pods =
                List.of(
                        pod("old", "n", "Succeeded", "", "2026-01-01T10:00:00Z"),
                        pod("new", "n", "Failed", "", "2026-01-01T11:00:00Z"),
                        pod("lost", "gone", "Running", "", ""),
                        pod("unplaced", "", "Pending", "2026-01-01T12:00:00Z", ""),
                        pod("fine", "n", "Running", "", ""));
        PodGarbage garbage = PodGarbage.among(pods, Set.of("gone"), 1);
        assertThat(garbage.ended()).extracting(each -> name(each)).containsExactly("old");
        assertThat(garbage.orphaned()).extracting(each -> name(each)).containsExactly("lost");
        assertThat(garbage.unplaced()).extracting(each -> name(each)).containsExactly("unplaced");
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }

    private static Pod pod(String name, String node, String phase, String deleted, String made) {
        Pod pod =
                Lab.json(
                        Pod.class,
                        """
                        {"metadata":{"name":"%s"},"spec":{"nodeName":"%s"},
                         "status":{"phase":"%s"}}
                        """
                                .formatted(name, node, phase));
        pod.getMetadata().setDeletionTimestamp(deleted.isEmpty() ? null : deleted);
        pod.getMetadata().setCreationTimestamp(made.isEmpty() ? null : made);
        return pod;
    }
}
