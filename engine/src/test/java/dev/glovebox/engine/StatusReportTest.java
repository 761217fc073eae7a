package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.runtimes.HandlerState;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusReportTest {
    /// What `up` looks for anywhere in the JSON: the command line's `EngineStart`.
    private static final Pattern READY = Pattern.compile("\"ready\"\\s*:\\s*true");

    private static final Pattern STARTING =
            Pattern.compile("\"starting\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final EnginePaths paths =
            new EnginePaths(Path.of("/data/\"ready\": true"), Path.of("/run/glovebox"));
    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());
    private final Map<String, Boolean> unbound = new HashMap<>();
    private final ProvenHandlers handlers =
            new ProvenHandlers(
                    List.of(Handlers.RUNC),
                    Map.of("runsc", new HandlerState.Absent("no runsc", "install \"ready\":true")));

    @Test
    void an_engine_that_starts_says_what_it_does_and_that_it_is_not_ready()
            throws JsonProcessingException {
        String json = report(new Stage.Starting("starting \"containerd\"")).text(true);
        JsonNode status = new ObjectMapper().readTree(json);

        assertThat(json).endsWith("}\n").hasLineCount(1);
        assertThat(status.path("pid").longValue()).isEqualTo(ProcessHandle.current().pid());
        assertThat(status.path("ready").booleanValue()).isFalse();
        assertThat(status.path("ready").isBoolean()).isTrue();
        assertThat(status.path("starting").textValue()).isEqualTo("starting \"containerd\"");
        assertThat(status.path("dataDirectory").textValue()).isEqualTo(paths.data().toString());
        assertThat(json).doesNotContainPattern(READY).containsPattern(STARTING);
    }

    @Test
    void an_engine_that_starts_tells_people_the_same() {
        assertThat(report(new Stage.Starting("opening the store")).text(false))
                .isEqualTo(
                        "Engine:    glovebox %s, process %d, data in %s%nState:     opening the store%n"
                                .formatted(
                                        Version.text(),
                                        ProcessHandle.current().pid(),
                                        paths.data()));
    }

    @Test
    void pods_that_policies_do_not_bind_are_told() throws JsonProcessingException {
        node("master", "True");
        assertThat(report(running(List.of(parts("master")))).text(false))
                .doesNotContain("Policies:");
        unbound.put("a", false);
        unbound.put("b", true);
        assertThat(report(running(List.of(parts("master")))).text(false))
                .contains(
                        "Policies:  do not bind every pod of master: 2 without a link of its own,"
                                + " as --cni-config has it; a NetworkPolicy selects 1 of them\n");
        assertThat(json().path("unboundPods")).hasSize(2);
    }

    @Test
    void a_running_engine_is_not_ready_before_its_node_is() throws JsonProcessingException {
        assertThat(json().path("ready").booleanValue()).isFalse();

        node("master", "False");
        pod("ready", "Running", "gvisor");

        assertThat(json().path("ready").booleanValue()).isFalse();
        assertThat(running(true)).doesNotContainPattern(READY);
    }

    @Test
    void a_running_engine_is_ready_when_its_node_is() throws JsonProcessingException {
        node("master", "True");

        assertThat(running(true)).containsPattern(READY).doesNotContainPattern(STARTING);
        assertThat(json().path("ready").booleanValue()).isTrue();
    }

    @Test
    void a_program_reads_nodes_runtimes_and_pods() throws JsonProcessingException {
        node("master", "True");
        pod("b", "Running", "gvisor");
        pod("a", null, null);

        JsonNode json = json();

        assertThat(json.path("api").textValue()).isEqualTo("https://127.0.0.1:6443");
        assertThat(json.path("nodes"))
                .isEqualTo(tree("[{\"name\": \"master\", \"status\": \"Ready\"}]"));
        assertThat(json.path("runtimes"))
                .isEqualTo(
                        tree(
                                """
                                [{"node": "master", "handler": "runc", "version": "runc version 1",
                                  "state": "broken", "seen": "no probe pod has run under it yet"},
                                 {"node": "master", "handler": "runsc", "version": "", "state": "absent",
                                  "seen": "no runsc; install \\"ready\\":true"}]\
                                """));
        assertThat(json.path("pods"))
                .isEqualTo(
                        tree(
                                """
                                [{"namespace": "default", "name": "a", "phase": "Pending",
                                  "runtimeClass": "", "node": ""},
                                 {"namespace": "default", "name": "b", "phase": "Running",
                                  "runtimeClass": "gvisor", "node": "master"}]\
                                """));
    }

    @Test
    void an_engine_of_several_nodes_is_ready_when_all_of_them_are() throws JsonProcessingException {
        node("master", "True");
        node("worker1", "False");
        assertThat(new ObjectMapper().readTree(two(true)).path("ready").booleanValue()).isFalse();

        cluster.delete(Resource.NODES, ObjectKey.of("worker1"), DeleteOptions.DEFAULT);
        node("worker1", "True");
        JsonNode json = new ObjectMapper().readTree(two(true));
        assertThat(json.path("ready").booleanValue()).isTrue();
        assertThat(json.path("ownNodes").intValue()).isEqualTo(2);
        assertThat(json.path("runtimes").findValuesAsText("node"))
                .containsExactly("master", "master", "worker1", "worker1");
    }

    @Test
    void of_several_nodes_people_read_which_has_what() {
        node("master", "True");
        node("worker1", "True");
        pod("web", "Running", "gvisor");

        assertThat(two(false))
                .contains("Node:      master, Ready\nNode:      worker1, Ready\n\n")
                .contains("\nNODE      HANDLER   STATE    VERSION ")
                .contains("\nworker1   runsc     absent   - ")
                .endsWith(
                        """

                        NODE     NAMESPACE   POD   PHASE     CLASS
                        master   default     web   Running   gvisor
                        """);
    }

    @Test
    void people_read_it_in_columns() {
        node("master", "True");
        pod("web", "Running", "gvisor");

        assertThat(running(false))
                .contains("API:       https://127.0.0.1:6443\nNode:      master, Ready\n\n")
                .contains(
                        """
                        HANDLER   STATE    VERSION          SEEN
                        runc      broken   runc version 1   no probe pod has run under it yet
                        runsc     absent   -                no runsc; install "ready":true
                        """)
                .endsWith(
                        """

                        NAMESPACE   POD   PHASE     CLASS
                        default     web   Running   gvisor
                        """);
    }

    @Test
    void without_pods_people_are_told_so() {
        assertThat(running(false)).endsWith("\nNo pods.\n");
    }

    private void node(String name, String ready) {
        cluster.create(
                Resource.NODES,
                new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready)
                        .endCondition()
                        .endStatus()
                        .build());
    }

    private void pod(String name, @Nullable String phase, @Nullable String runtimeClass) {
        Pod pod =
                cluster.create(
                        Resource.PODS,
                        new PodBuilder()
                                .withNewMetadata()
                                .withNamespace("default")
                                .withName(name)
                                .endMetadata()
                                .withNewSpec()
                                .withRuntimeClassName(runtimeClass)
                                .withNodeName(phase == null ? null : "master")
                                .endSpec()
                                .build());
        pod.setStatus(phase == null ? null : new PodStatusBuilder().withPhase(phase).build());
        cluster.updateSubresource(Resource.PODS, pod, "status");
    }

    private JsonNode json() throws JsonProcessingException {
        return new ObjectMapper().readTree(running(true));
    }

    private static JsonNode tree(String json) throws JsonProcessingException {
        return new ObjectMapper().readTree(json);
    }

    private String running(boolean json) {
        return report(running(List.of(parts("master")))).text(json);
    }

    private String two(boolean json) {
        Stage stage = running(List.of(parts("master"), parts("worker1")));
        return new StatusReport(paths, 2, stage).text(json);
    }

    private Stage running(List<Parts> nodes) {
        return new Stage.Running(
                URI.create("https://127.0.0.1:6443"),
                cluster,
                Optional.of(new Stage.Authority(unused(), unused())),
                nodes);
    }

    private StatusReport report(Stage stage) {
        return new StatusReport(paths, 1, stage);
    }

    private Parts parts(String node) {
        return new Parts(
                node,
                unused(),
                unused(),
                unused(),
                unused(),
                handlers,
                "busybox",
                unused(),
                () -> unbound);
    }

    /// A part that a status must not need: to ask it fails.
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unused() {
        return null;
    }
}
