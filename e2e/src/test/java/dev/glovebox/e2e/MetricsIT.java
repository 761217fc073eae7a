package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What Prometheus is told of the API and of the node is what happened.
@SharedEngine
class MetricsIT {
    private static final String NAMESPACE = "metrics";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\.)*\",?)*\\})?) (\\S+)(?: \\d+)?");
    private final Engine engine;
    private final Kubectl kubectl;

    MetricsIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeNamespace(Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
    }

    @AfterAll
    static void removeIt(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE).ok();
    }

    @Test
    void requests_are_counted_by_what_they_were_about() {
        var missing = request("GET", "configmaps", "resource", "404");
        var before = read("/metrics").getOrDefault(missing, 0.0);
        assertThat(kubectl.run("-n", NAMESPACE, "get", "configmap", "nope").exit()).isEqualTo(1);
        assertThat(kubectl.run("-n", NAMESPACE, "get", "nopes", "nope").exit()).isEqualTo(1);
        assertThat(kubectl.run("get", "--raw", "/api/v1/nopes").exit()).isEqualTo(1);
        assertThat(kubectl.run("get", "--raw", "/nopes").exit()).isEqualTo(1);
        var after = read("/metrics");
        assertThat(after.get(missing)).isEqualTo(before + 1);
        assertThat(after.keySet()).noneMatch(sample -> sample.contains("nope"));
        assertThat(after)
                .containsKeys(
                        "process_cpu_seconds_total",
                        "apiserver_current_inflight_requests{request_kind=\"mutating\"}");
    }

    @Test
    void whoever_may_not_ask_is_told_nothing() {
        for (String path : List.of("/metrics", node("/metrics"))) {
            var ran = kubectl.run("--as", "nobody", "get", "--raw", path);
            assertThat(ran.err()).contains("Error from server (Forbidden)");
            assertThat(ran.out()).isEmpty();
        }
    }

    @Test
    void open_watches_are_counted_until_they_end() throws Exception {
        var watches = open("WATCH", "configmaps", "namespace");
        try (var client = ApiClient.of(engine.kubeconfig())) {
            var stream =
                    client.stream("/api/v1/namespaces/%s/configmaps?watch=1".formatted(NAMESPACE));
            Await.until(() -> read("/metrics").getOrDefault(watches, 0.0) == 1);
            stream.close();
            Await.until(() -> read("/metrics").getOrDefault(watches, -1.0) == 0);
        }
    }

    @Test
    void the_node_tells_of_its_runtime_and_of_what_pods_use() {
        var started = "kubelet_runtime_operations_total{operation_type=\"start_container\"}";
        var before = read(node("/metrics")).getOrDefault(started, 0.0);
        for (String runtime : List.of("runc", "gvisor")) {
            kubectl.command("-n", NAMESPACE, "apply", "-f", "-")
                    .input(
                            Manifests.pod(
                                    runtime,
                                    engine.busybox(),
                                    "while :; do :; done",
                                    "runtimeClassName: " + runtime))
                    .run()
                    .ok();
        }
        for (String runtime : List.of("runc", "gvisor")) {
            Await.until(() -> used(runtime) > 0.5);
        }
        var after = read(node("/metrics"));
        assertThat(after.get(started)).isGreaterThanOrEqualTo(before + 2);
        assertThat(after.get("kubelet_running_pods")).isGreaterThanOrEqualTo(2);
        assertThat(after).containsKey("kubelet_node_name{node=\"" + engine.node() + "\"}");
        assertThat(read(node("/metrics/resource")).keySet())
                .anyMatch(each -> each.startsWith("container_memory_working_set_bytes{"));
        assertThat(kubectl.run("get", "--raw", node("/metrics/cadvisor")).err())
                .contains("could not find the requested resource");

        kubectl.run("-n", NAMESPACE, "delete", "pod", "--all", "--grace-period=1").ok();
        Await.until(() -> used("runc") + used("gvisor") == 0);
    }

    /// Seconds of processors that a pod used; nothing of one of whom nothing is told.
    private double used(String pod) {
        return read(node("/metrics/resource"))
                .getOrDefault(
                        "pod_cpu_usage_seconds_total{namespace=\"%s\",pod=\"%s\"}"
                                .formatted(NAMESPACE, pod),
                        0.0);
    }

    private String node(String path) {
        return "/api/v1/nodes/" + engine.node() + "/proxy" + path;
    }

    private static String request(String verb, String resource, String scope, String code) {
        return "apiserver_request_total{code=\"%s\",component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"%s\",scope=\"%s\",subresource=\"\",verb=\"%s\",version=\"v1\"}"
                .formatted(code, resource, scope, verb);
    }

    private static String open(String verb, String resource, String scope) {
        return "apiserver_longrunning_requests{component=\"apiserver\",group=\"\",resource=\"%s\",scope=\"%s\",subresource=\"\",verb=\"%s\",version=\"v1\"}"
                .formatted(resource, scope, verb);
    }

    /// A page by its samples; each is well-formed and there once.
    private Map<String, Double> read(String path) {
        Map<String, Double> samples = new TreeMap<>();
        for (String line : kubectl.run("get", "--raw", path).ok().out().split("\n", -1)) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            assertThat(
                            samples.put(
                                    sample.group(1),
                                    Double.valueOf(sample.group(2).replace("+Inf", "Infinity"))))
                    .as(line)
                    .isNull();
        }
        return samples;
    }
}
