package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaApiTest {
    private static final String QUOTAS = "/api/v1/namespaces/default/resourcequotas";

    @TempDir Path folder;
    private TestApi api;

    @BeforeEach
    void open() {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
    }

    /// A quota whose status has been counted, by the quota controller's part.
    private void quota(String name, String hard, String used, String moreOfSpec) {
        TestApi.Reply made =
                api.post(
                        QUOTAS,
                        "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"hard\":{%s}%s}}"
                                .formatted(name, hard, moreOfSpec));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        TestApi.Reply counted =
                api.patch(
                        QUOTAS + "/" + name + "/status",
                        "merge",
                        "{\"status\":{\"hard\":{%s},\"used\":{%s}}}".formatted(hard, used));
        assertThat(counted.code()).as(counted.message()).isEqualTo(200);
    }

    private TestApi.Reply pod(String name, String resources, String moreOfSpec) {
        return api.post(
                TestApi.PODS,
                TestApi.pod(name, moreOfSpec)
                        .replace("\"app:1\"", "\"app:1\",\"resources\":{" + resources + "}"));
    }

    private TestApi.Reply map(String name) {
        return api.post(
                "/api/v1/namespaces/default/configmaps",
                "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private String used(String quota, String name) {
        return api.get(QUOTAS + "/" + quota).body().path("status").path("used").path(name).asText();
    }

    @Test
    void what_is_written_is_charged_and_what_is_too_much_is_refused() {
        quota("q", "\"pods\":\"1\"", "\"pods\":\"0\"", "");
        assertThat(pod("a", "", "").code()).isEqualTo(201);
        assertThat(used("q", "pods")).isEqualTo("1");
        TestApi.Reply second = pod("b", "", "");
        assertThat(second.code()).isEqualTo(403);
        assertThat(second.message())
                .isEqualTo(
                        "pods \"b\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1");
    }

    @Test
    void a_quota_that_was_not_counted_yet_bounds_nothing() {
        api.post(QUOTAS, "{\"metadata\":{\"name\":\"q\"},\"spec\":{\"hard\":{\"pods\":\"0\"}}}");
        assertThat(pod("a", "", "").code()).isEqualTo(201);
    }

    @Test
    void a_quota_that_was_counted_in_part_refuses() {
        quota("q", "\"pods\":\"1\"", "", "");
        assertThat(pod("a", "", "").message())
                .contains("status unknown for quota: q, resources: pods");
    }

    @Test
    void a_dry_run_is_judged_and_not_charged() {
        quota("q", "\"configmaps\":\"1\"", "\"configmaps\":\"0\"", "");
        TestApi.Reply dry =
                api.post(
                        "/api/v1/namespaces/default/configmaps?dryRun=All",
                        "{\"metadata\":{\"name\":\"m\"}}");
        assertThat(dry.code()).isEqualTo(201);
        assertThat(used("q", "configmaps")).isEqualTo("0");
        assertThat(map("m").code()).isEqualTo(201);
        assertThat(map("n").code()).isEqualTo(403);
    }

    @Test
    void writers_at_the_same_time_do_not_pass_together() throws Exception {
        quota("q", "\"configmaps\":\"5\"", "\"configmaps\":\"0\"", "");
        quota("r", "\"count/configmaps\":\"7\"", "\"count/configmaps\":\"0\"", "");
        List<Callable<Integer>> writers =
                IntStream.range(0, 24)
                        .<Callable<Integer>>mapToObj(i -> () -> map("m" + i).code())
                        .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long made = 0;
            for (Future<Integer> each : threads.invokeAll(writers)) {
                made += each.get() == 201 ? 1 : 0;
            }
            assertThat(made).isEqualTo(5);
        }
        assertThat(used("q", "configmaps")).isEqualTo("5");
        assertThat(used("r", "count/configmaps")).isEqualTo("5");
    }

    @Test
    void each_container_has_to_say_what_a_quota_bounds() {
        quota(
                "q",
                "\"limits.cpu\":\"9\",\"requests.memory\":\"1Gi\"",
                "\"limits.cpu\":\"0\",\"requests.memory\":\"0\"",
                "");
        assertThat(
                        pod(
                                        "a",
                                        "\"limits\":{\"cpu\":\"1\"}",
                                        "\"initContainers\":[{\"name\":\"i\",\"image\":\"i\"}]")
                                .message())
                .isEqualTo(
                        "pods \"a\" is forbidden: failed quota: q: must specify limits.cpu for: i; requests.memory for: c,i");
        assertThat(
                        pod(
                                        "b",
                                        "",
                                        "\"resources\":{\"requests\":{\"memory\":\"1Gi\"},\"limits\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}}")
                                .code())
                .as("or the pod for all of them")
                .isEqualTo(201);
        assertThat(used("q", "requests.memory")).isEqualTo("1Gi");
    }

    @Test
    void overhead_counts() {
        api.post(
                TestApi.CLASSES,
                "{\"metadata\":{\"name\":\"heavy\"},\"handler\":\"runc\",\"overhead\":{\"podFixed\":{\"cpu\":\"250m\"}}}");
        quota("q", "\"requests.cpu\":\"1\"", "\"requests.cpu\":\"0\"", "");
        String resources = "\"requests\":{\"cpu\":\"800m\"}";
        assertThat(pod("a", resources, "\"runtimeClassName\":\"heavy\"").message())
                .contains(
                        "requested: requests.cpu=1050m, used: requests.cpu=0, limited: requests.cpu=1");
        assertThat(pod("a", resources, "").code()).isEqualTo(201);
    }

    @Test
    void extended_resources_and_huge_pages_count_under_requests() {
        quota(
                "q",
                "\"requests.example.com/gpu\":\"1\",\"hugepages-2Mi\":\"4Mi\"",
                "\"requests.example.com/gpu\":\"0\",\"hugepages-2Mi\":\"0\"",
                "");
        assertThat(pod("a", "\"limits\":{\"example.com/gpu\":\"2\"}", "").message())
                .contains("requested: requests.example.com/gpu=2");
        assertThat(pod("a", "\"limits\":{\"hugepages-2Mi\":\"8Mi\",\"cpu\":\"1\"}", "").message())
                .contains("requested: hugepages-2Mi=8Mi");
    }

    @Test
    void a_quota_with_scopes_counts_only_what_is_of_all_of_them() {
        quota(
                "brief",
                "\"pods\":\"0\"",
                "\"pods\":\"0\"",
                ",\"scopes\":[\"Terminating\",\"BestEffort\"]");
        assertThat(pod("a", "", "").code()).isEqualTo(201);
        assertThat(pod("b", "", "\"activeDeadlineSeconds\":5").message())
                .contains("exceeded quota: brief");
        assertThat(pod("c", "\"requests\":{\"cpu\":\"1m\"}", "\"activeDeadlineSeconds\":5").code())
                .isEqualTo(201);
    }

    @Test
    void a_quota_selects_by_priority() {
        quota(
                "high",
                "\"pods\":\"0\"",
                "\"pods\":\"0\"",
                ",\"scopeSelector\":{\"matchExpressions\":[{\"scopeName\":\"PriorityClass\",\"operator\":\"In\",\"values\":[\"system-node-critical\"]}]}");
        assertThat(pod("a", "", "").code()).isEqualTo(201);
        assertThat(pod("b", "", "\"priorityClassName\":\"system-node-critical\"").code())
                .isEqualTo(403);
        assertThat(pod("c", "", "\"priorityClassName\":\"system-cluster-critical\"").code())
                .isEqualTo(201);
    }

    @Test
    void a_change_is_charged_by_what_it_adds() {
        quota("q", "\"services.nodeports\":\"2\"", "\"services.nodeports\":\"0\"", "");
        String services = "/api/v1/namespaces/default/services";
        String ports = "\"ports\":[{\"name\":\"a\",\"port\":1},{\"name\":\"b\",\"port\":2}]";
        assertThat(
                        api.post(
                                        services,
                                        "{\"metadata\":{\"name\":\"s\"},\"spec\":{" + ports + "}}")
                                .code())
                .isEqualTo(201);
        assertThat(used("q", "services.nodeports")).isEqualTo("0");
        String nodePorts = "{\"spec\":{\"type\":\"NodePort\"}}";
        assertThat(api.patch(services + "/s", "merge", nodePorts).code()).isEqualTo(200);
        assertThat(used("q", "services.nodeports")).isEqualTo("2");
        String label = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
        assertThat(api.patch(services + "/s", "merge", label).code()).isEqualTo(200);
        assertThat(used("q", "services.nodeports")).isEqualTo("2");
        String more =
                "{\"spec\":{\"ports\":[{\"name\":\"a\",\"port\":1},{\"name\":\"b\",\"port\":2},{\"name\":\"c\",\"port\":3}]}}";
        assertThat(api.patch(services + "/s", "merge", more).message())
                .isEqualTo(
                        "services \"s\" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=2, limited: services.nodeports=2");
    }

    @Test
    void claims_count_by_their_class() {
        String name = "gold.storageclass.storage.k8s.io/requests.storage";
        quota("q", "\"" + name + "\":\"1Gi\"", "\"" + name + "\":\"0\"", "");
        String claim =
                "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"accessModes\":[\"ReadWriteOnce\"],\"storageClassName\":\"%s\",\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}}}";
        String claims = "/api/v1/namespaces/default/persistentvolumeclaims";
        assertThat(api.post(claims, claim.formatted("a", "silver")).code()).isEqualTo(201);
        assertThat(api.post(claims, claim.formatted("b", "gold")).message())
                .contains("exceeded quota: q, requested: " + name + "=2Gi");
    }

    @Test
    void every_kind_counts_by_its_name() {
        quota("q", "\"count/deployments.apps\":\"0\"", "\"count/deployments.apps\":\"0\"", "");
        TestApi.Reply reply =
                api.post(
                        "/apis/apps/v1/namespaces/default/deployments",
                        "{\"metadata\":{\"name\":\"d\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}");
        assertThat(reply.message())
                .contains("exceeded quota: q, requested: count/deployments.apps=1");
    }
}
