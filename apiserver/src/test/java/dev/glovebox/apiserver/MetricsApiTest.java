package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What nodes and pods use, by what their nodes tell.
class MetricsApiTest {
    private static final String METRICS = "/apis/metrics.k8s.io/v1beta1/";
    private static final String OF_POD = METRICS + "namespaces/default/pods/p";

    @TempDir Path folder;
    private TestApi api;
    private String uid;

    @BeforeEach
    void runAPodOnANode() {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
        for (String node : List.of("n1", "n2")) {
            api.post(
                    "/api/v1/nodes",
                    "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"on\":\"%s\"}}}"
                            .formatted(node, node));
        }
        JsonNode pod =
                api.post(
                                TestApi.PODS,
                                """
                                {"metadata":{"name":"p","labels":{"app":"a"}},"spec":{
                                 "nodeName":"n1","containers":[{"name":"c","image":"i"},
                                 {"name":"d","image":"i"}]}}
                                """)
                        .body();
        uid = pod.at("/metadata/uid").asText();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private void tell(String node, String text) throws IOException {
        api.summaries.put(node, new ObjectMapper().readTree(text.replace("UID", uid)));
    }

    private static String used(long cpu, long memory) {
        return """
        "cpu":{"time":"2026-11-28T10:00:00Z","usageNanoCores":%d},
        "memory":{"workingSetBytes":%d}
        """
                .formatted(cpu, memory);
    }

    private static String summary(long cpu, long memory) {
        return """
        {"node":{%s},"pods":[{"podRef":{"name":"p","namespace":"default","uid":"UID"},%s,
         "containers":[{"name":"d",%s},{"name":"c",%s}]}]}
        """
                .formatted(
                        used(1_500_000_000, 3 << 20),
                        used(cpu, memory),
                        used(1000, 4096),
                        used(20, 8192));
    }

    @Test
    void a_pods_containers_add_up_to_the_pod() throws IOException {
        tell("n1", summary(251_000_020, 1 << 20));

        TestApi.Reply pod = api.get(OF_POD);

        assertThat(pod.code()).isEqualTo(200);
        assertThat(pod.at("/kind")).isEqualTo("PodMetrics");
        assertThat(pod.at("/metadata/labels/app")).isEqualTo("a");
        assertThat(pod.at("/timestamp")).isEqualTo("2026-11-28T10:00:00Z");
        assertThat(pod.body().at("/containers").toString())
                .isEqualTo(
                        "[{\"name\":\"d\",\"usage\":{\"cpu\":\"1u\",\"memory\":\"4Ki\"}},"
                                + "{\"name\":\"c\",\"usage\":{\"cpu\":\"250999020n\","
                                + "\"memory\":\"1020Ki\"}}]");
    }

    @Test
    void nodes_that_do_not_answer_have_no_metrics() throws IOException {
        tell("n1", summary(1, 1));

        JsonNode list = api.get(METRICS + "nodes").body();

        assertThat(list.at("/kind").asText()).isEqualTo("NodeMetricsList");
        assertThat(list.at("/items")).hasSize(1);
        assertThat(list.at("/items/0/kind").isMissingNode()).isTrue();
        assertThat(list.at("/items/0/metadata/name").asText()).isEqualTo("n1");
        assertThat(list.at("/items/0/usage").toString())
                .isEqualTo("{\"cpu\":\"1500m\",\"memory\":\"3Mi\"}");
        assertThat(api.get(METRICS + "nodes?labelSelector=on%3Dn2").body().at("/items")).isEmpty();
        TestApi.Reply none = api.get(METRICS + "nodes/n2");
        assertThat(none.code()).isEqualTo(404);
        assertThat(none.message()).isEqualTo("nodemetrics.metrics.k8s.io \"n2\" not found");
    }

    @Test
    void a_pod_without_a_rate_yet_is_not_told() throws IOException {
        tell("n1", summary(1, 1).replace("\"usageNanoCores\":20", "\"usageNanoSeconds\":20"));

        assertThat(api.get(METRICS + "pods").body().at("/items")).isEmpty();
        assertThat(api.get(OF_POD).message())
                .isEqualTo("podmetrics.metrics.k8s.io \"default/p\" not found");
    }

    @Test
    void a_node_tells_nothing_of_pods_that_are_not_its_own() throws IOException {
        tell("n2", summary(1, 1));

        assertThat(api.get(METRICS + "pods").body().at("/items")).isEmpty();
        tell("n1", summary(1, 1));
        assertThat(api.get(METRICS + "pods").body().at("/items")).hasSize(1);
        assertThat(api.get(METRICS + "namespaces/other/pods").body().at("/items")).isEmpty();
    }

    @Test
    void tables_have_the_columns_of_metrics_server() throws IOException {
        tell("n1", summary(251_000_020, 1 << 20));

        JsonNode table =
                api.send(
                                TestApi.ADMIN,
                                "GET",
                                METRICS + "pods",
                                "application/json;as=Table;v=v1;g=meta.k8s.io",
                                "",
                                "")
                        .body();

        assertThat(table.at("/columnDefinitions").findValuesAsText("name"))
                .containsExactly("Name", "cpu", "memory", "Window");
        assertThat(table.at("/rows/0/cells").toString())
                .isEqualTo("[\"p\",\"251000020n\",\"1Mi\",\"10s\"]");
    }

    @Test
    void nobody_makes_or_watches_them_and_rules_bind() {
        assertThat(api.post(METRICS + "nodes", "{\"metadata\":{\"name\":\"x\"}}").code())
                .isEqualTo(405);
        assertThat(api.get(METRICS + "pods?watch=1").code()).isEqualTo(405);
        TestApi.Reply refused =
                api.send(new User("ann", List.of()), "GET", OF_POD, "application/json", "", "");
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message())
                .contains("cannot get resource \"pods\" in API group \"metrics.k8s.io\"");
    }
}
