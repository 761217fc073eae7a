package dev.glovebox.apiserver;

import static dev.glovebox.apiserver.TestApi.CLASSES;
import static dev.glovebox.apiserver.TestApi.PODS;
import static dev.glovebox.apiserver.TestApi.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Namespaces, RuntimeClasses and what they mean for pods, in an engine that trusts nobody.
class NamespaceApiTest {
    private static final String NAMESPACES = "/api/v1/namespaces";

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory, TrustLevel.UNTRUSTED);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private TestApi.Reply create(String name, String labels) {
        return api.post(
                NAMESPACES,
                "{\"metadata\":{\"name\":\"%s\",\"labels\":{%s}}}".formatted(name, labels));
    }

    @Test
    void the_systems_namespaces_exist_and_stay() {
        for (String name : List.of("default", "kube-system", "kube-public")) {
            var refused = api.delete(NAMESPACES + "/" + name);
            assertThat(refused.message())
                    .isEqualTo(
                            "namespaces \"%s\" is forbidden: this namespace may not be deleted"
                                    .formatted(name));
        }
        assertThat(api.get(NAMESPACES + "/kube-node-lease").code()).isEqualTo(200);
    }

    @Test
    void a_namespace_carries_its_name_and_goes_when_finalized() {
        assertThat(create("team", "").at("/metadata/labels/kubernetes.io~1metadata.name"))
                .isEqualTo("team");
        var dying = api.delete(NAMESPACES + "/team");
        assertThat(dying.at("/status/phase")).isEqualTo("Terminating");
        var late = api.post(NAMESPACES + "/team/pods", pod("p", ""));
        assertThat(late.code()).isEqualTo(403);
        assertThat(late.message())
                .isEqualTo(
                        "pods \"p\" is forbidden: unable to create new content in namespace team"
                                + " because it is being terminated");
        assertThat(
                        api.put(
                                        NAMESPACES + "/team/finalize",
                                        dying.body().toString().replace("[\"kubernetes\"]", "[]"))
                                .code())
                .isEqualTo(200);
        assertThat(api.get(NAMESPACES + "/team").code()).isEqualTo(404);
    }

    @Test
    void a_pod_in_an_untrusted_namespace_gets_gvisor_and_its_overhead() {
        String overhead = "{\"overhead\":{\"podFixed\":{\"memory\":\"64Mi\"}}}";
        api.patch(CLASSES + "/gvisor", "merge", overhead);
        var created = api.post(PODS, pod("p", ""));
        assertThat(created.at("/spec/runtimeClassName")).isEqualTo("gvisor");
        assertThat(created.at("/spec/overhead/memory")).isEqualTo("64Mi");
        assertThat(created.at("/spec/nodeSelector/runtime.glovebox.dev~1gvisor"))
                .isEqualTo("ready");
    }

    @Test
    void a_class_that_shares_the_kernel_is_refused_where_nobody_is_trusted() {
        api.post(
                CLASSES,
                "{\"apiVersion\":\"node.k8s.io/v1\",\"kind\":\"RuntimeClass\",\"metadata\":{\"name\":\"runc\"},\"handler\":\"runc\"}");
        var refused = api.post(PODS, pod("p", "\"runtimeClassName\":\"runc\""));
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message())
                .startsWith("pods \"p\" is forbidden: namespace \"default\" is untrusted");
    }

    @Test
    void a_trusted_namespace_changes_nothing() {
        create("ours", "\"glovebox.dev/trust\":\"trusted\"");
        api.account("ours");
        var created = api.post(NAMESPACES + "/ours/pods", pod("p", ""));
        assertThat(created.code()).isEqualTo(201);
        assertThat(created.body().at("/spec/runtimeClassName").isMissingNode()).isTrue();
    }

    @Test
    void an_unknown_class_is_refused_in_kubernetes_words_first() {
        var refused = api.post(PODS, pod("p", "\"runtimeClassName\":\"nobody\""));
        assertThat(refused.message())
                .isEqualTo(
                        "pods \"p\" is forbidden: pod rejected: RuntimeClass \"nobody\" not found");
    }

    @Test
    void without_the_class_to_assign_no_pod_comes_in() {
        api.delete(CLASSES + "/gvisor");
        var refused = api.post(PODS, pod("p", ""));
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message()).contains("there is no RuntimeClass \"gvisor\"");
    }

    @Test
    void a_class_that_was_removed_does_not_come_back_with_the_next_start() {
        api.delete(CLASSES + "/gvisor");
        api.delete("/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical");
        api.bootstrap();
        assertThat(api.get(CLASSES + "/gvisor").code()).isEqualTo(404);
        assertThat(
                        api.get("/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical")
                                .code())
                .isEqualTo(200);
    }

    @Test
    void a_runtime_class_is_served_in_both_versions() {
        var old = api.get("/apis/node.k8s.io/v1beta1/runtimeclasses/gvisor");
        assertThat(old.at("/apiVersion")).isEqualTo("node.k8s.io/v1beta1");
        assertThat(old.at("/handler")).isEqualTo("runsc");
        var changed = api.patch(CLASSES + "/gvisor", "merge", "{\"handler\":\"runc\"}");
        assertThat(changed.message())
                .isEqualTo(
                        "RuntimeClass.node.k8s.io \"gvisor\" is invalid: handler: Invalid value:"
                                + " \"runc\": field is immutable");
    }

    @Test
    void nobody_else_may_do_anything() {
        User alice = new User("alice", List.of("system:authenticated"));
        var refused = api.send(alice, "GET", PODS, "", "", "");
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message())
                .isEqualTo(
                        "pods is forbidden: User \"alice\" cannot list resource \"pods\" in API"
                                + " group \"\" in the namespace \"default\"");
        assertThat(refused.at("/details/kind")).isEqualTo("pods");
    }

    @Test
    void a_node_writes_itself_and_no_other() {
        User node = new User("system:node:n1", List.of("system:nodes"));
        String own = "{\"metadata\":{\"name\":\"n1\"}}";
        assertThat(api.send(node, "POST", "/api/v1/nodes", "", "application/json", own).code())
                .isEqualTo(201);
        api.post("/api/v1/nodes", own.replace("n1", "n2"));
        String label = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
        String type = "application/merge-patch+json";
        assertThat(api.send(node, "PATCH", "/api/v1/nodes/n1", "", type, label).code())
                .isEqualTo(200);
        assertThat(api.send(node, "PATCH", "/api/v1/nodes/n2", "", type, label).code())
                .isEqualTo(403);
    }
}
