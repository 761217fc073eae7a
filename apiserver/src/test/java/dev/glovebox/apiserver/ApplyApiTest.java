package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Server-side apply and the book that ordinary writes keep, as a client sees them. What is
/// expected was recorded from a real kube-apiserver, or is in Kubernetes' documentation.
class ApplyApiTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MAP =
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},\"data\":%s}";

    @TempDir private Path directory;
    private TestApi api;

    @BeforeEach
    void open() {
        api = new TestApi(directory, TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private TestApi.Reply apply(User user, String path, String body) {
        return api.send(user, "PATCH", path, "", "application/apply-patch+yaml", body);
    }

    private TestApi.Reply apply(String path, String body) {
        return apply(TestApi.ADMIN, path, body);
    }

    @Test
    void it_makes_what_is_not_there_and_changes_what_is() {
        String path = MAPS + "/c?fieldManager=one";
        TestApi.Reply created = apply(path, MAP.formatted("{\"a\":\"1\"}"));
        assertThat(created.code()).isEqualTo(201);
        assertThat(created.at("/metadata/managedFields/0/operation")).isEqualTo("Apply");

        api.clock.advance(Duration.ofMinutes(1));
        TestApi.Reply same = apply(path, MAP.formatted("{\"a\":\"1\"}"));
        assertThat(same.code()).isEqualTo(200);
        assertThat(same.body()).isEqualTo(created.body());

        TestApi.Reply changed = apply(path, MAP.formatted("{\"b\":\"1\"}"));
        assertThat(changed.body().path("data").toString()).isEqualTo("{\"b\":\"1\"}");
    }

    @Test
    void yaml_is_applied_too() {
        String yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: \"1\"\n";
        assertThat(apply(MAPS + "/c?fieldManager=one", yaml).at("/data/a")).isEqualTo("1");
        assertThat(apply(MAPS + "/c?fieldManager=one", "a: [").message())
                .startsWith("error decoding YAML: ");
        assertThat(apply(MAPS + "/c?fieldManager=one", "- a").code()).isEqualTo(400);
    }

    @Test
    void what_is_applied_meets_the_rules_of_the_kind() {
        TestApi.Reply refused =
                apply(
                        TestApi.PODS + "/p?fieldManager=one",
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{}}");
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.message()).contains("spec.containers: Required value");
        assertThat(api.get(TestApi.PODS + "/p").code()).isEqualTo(404);
    }

    @Test
    void who_may_only_patch_makes_nothing() {
        api.post(
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"patcher"},
                 "rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["patch"]}]}
                """);
        api.post(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"patcher"},
                 "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"patcher"},
                 "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"bob"}]}
                """);
        User bob = new User("bob", List.of());

        TestApi.Reply refused = apply(bob, MAPS + "/c?fieldManager=b", MAP.formatted("{}"));
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message())
                .isEqualTo(
                        "configmaps \"c\" is forbidden: User \"bob\" cannot create resource"
                                + " \"configmaps\" in API group \"\" in the namespace \"default\"");
        apply(MAPS + "/c?fieldManager=one", MAP.formatted("{\"a\":\"1\"}"));
        assertThat(apply(bob, MAPS + "/c?fieldManager=b", MAP.formatted("{\"b\":\"1\"}")).code())
                .isEqualTo(200);
    }

    @Test
    void a_subresource_is_applied_to_and_makes_nothing() {
        String pod =
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"status\":{\"message\":\"m\"}}";
        assertThat(apply(TestApi.PODS + "/p/status?fieldManager=kubelet", pod).code())
                .isEqualTo(404);
        api.post(TestApi.PODS, TestApi.pod("p", ""));
        TestApi.Reply applied = apply(TestApi.PODS + "/p/status?fieldManager=kubelet", pod);

        assertThat(applied.at("/status/message")).isEqualTo("m");
        assertThat(applied.at("/metadata/managedFields/0/subresource")).isEqualTo("status");
        assertThat(applied.body().at("/metadata/managedFields/0/fieldsV1").toString())
                .isEqualTo("{\"f:status\":{\"f:message\":{}}}");
        TestApi.Reply conflict =
                apply(TestApi.PODS + "/p/status?fieldManager=two", pod.replace("\"m\"", "\"n\""));
        assertThat(conflict.message())
                .isEqualTo(
                        "Apply failed with 1 conflict: conflict with \"kubelet\" with subresource"
                                + " \"status\": .status.message");
    }

    @Test
    void versions_of_a_kind_share_the_object_and_keep_their_own_entries() {
        String body =
                "{\"apiVersion\":\"node.k8s.io/%s\",\"kind\":\"RuntimeClass\",\"metadata\":{\"name\":\"r\",\"labels\":{\"%s\":\"1\"}},\"handler\":\"h\"}";
        apply(TestApi.CLASSES + "/r?fieldManager=one", body.formatted("v1", "a"));
        TestApi.Reply old =
                apply(
                        "/apis/node.k8s.io/v1beta1/runtimeclasses/r?fieldManager=two",
                        body.formatted("v1beta1", "b"));

        assertThat(old.code()).isEqualTo(200);
        assertThat(old.at("/metadata/managedFields/0/apiVersion")).isEqualTo("node.k8s.io/v1");
        assertThat(old.at("/metadata/managedFields/1/apiVersion")).isEqualTo("node.k8s.io/v1beta1");
        TestApi.Reply moved =
                apply(
                        "/apis/node.k8s.io/v1beta1/runtimeclasses/r?fieldManager=one",
                        body.formatted("v1beta1", "c"));
        assertThat(moved.body().at("/metadata/labels").toString())
                .isEqualTo("{\"b\":\"1\",\"c\":\"1\"}");
        assertThat(
                        apply(
                                        TestApi.CLASSES + "/r?fieldManager=one",
                                        body.formatted("v1beta1", "a"))
                                .message())
                .isEqualTo("invalid object type: node.k8s.io/v1beta1, Kind=RuntimeClass");
    }

    @Test
    void the_book_is_kept_by_every_way_of_writing() {
        api.post(MAPS, MAP.formatted("{\"a\":\"1\"}"));
        api.patch(
                MAPS + "/c?fieldManager=json",
                "json",
                "[{\"op\":\"add\",\"path\":\"/data/b\",\"value\":\"1\"}]");
        api.patch(MAPS + "/c?fieldManager=merge", "merge", "{\"data\":{\"c\":\"1\"}}");
        TestApi.Reply last =
                api.patch(
                        MAPS + "/c?fieldManager=smp",
                        "strategic-merge",
                        "{\"data\":{\"d\":\"1\"}}");

        assertThat(last.body().at("/metadata/managedFields").findValuesAsText("manager"))
                .containsExactly("json", "merge", "smp", "test");
        TestApi.Reply reset =
                api.patch(MAPS + "/c", "merge", "{\"metadata\":{\"managedFields\":[]}}");
        assertThat(reset.body().at("/metadata").has("managedFields")).isFalse();
    }

    @Test
    void a_manager_has_a_name_that_can_be_read() {
        assertThat(api.post(MAPS + "?fieldManager=a%07", MAP.formatted("{}")).message())
                .contains(
                        "fieldManager: Invalid value", "invalid character U+0007 (at position 1)");
        assertThat(
                        api.post(MAPS + "?fieldManager=" + "a".repeat(129), MAP.formatted("{}"))
                                .message())
                .contains("fieldManager: Too long: may not be more than 128 bytes");
        assertThat(api.patch(MAPS + "/c?force=true", "merge", "{}").message())
                .contains("force: Forbidden: may not be specified for non-apply patch");
    }

    @Test
    void what_a_pod_is_bound_to_is_nobodys() {
        api.post(TestApi.PODS, TestApi.pod("p", ""));
        String before =
                api.get(TestApi.PODS + "/p").body().at("/metadata/managedFields").toString();
        api.post(
                TestApi.PODS + "/p/binding",
                "{\"apiVersion\":\"v1\",\"kind\":\"Binding\",\"metadata\":{\"name\":\"p\"},\"target\":{\"kind\":\"Node\",\"name\":\"n\"}}");

        assertThat(api.get(TestApi.PODS + "/p").at("/spec/nodeName")).isEqualTo("n");
        assertThat(api.get(TestApi.PODS + "/p").body().at("/metadata/managedFields").toString())
                .isEqualTo(before);
    }

    @Test
    void a_scale_shares_the_number_with_its_object() {
        String path = "/apis/apps/v1/namespaces/default/deployments/d";
        apply(
                path + "?fieldManager=app",
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},
                 "spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},
                  "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
                """);
        String scale =
                "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":2}}";

        assertThat(apply(path + "/scale?fieldManager=auto", scale).message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"app\": .spec.replicas");
        TestApi.Reply scaled = apply(path + "/scale?fieldManager=auto&force=true", scale);
        assertThat(scaled.at("/kind")).isEqualTo("Scale");
        assertThat(scaled.body().path("metadata").has("managedFields")).isFalse();

        TestApi.Reply after = api.get(path);
        assertThat(after.at("/spec/replicas")).isEqualTo("2");
        assertThat(after.at("/metadata/managedFields/0/manager")).isEqualTo("auto");
        assertThat(after.at("/metadata/managedFields/0/subresource")).isEqualTo("scale");
        assertThat(after.body().at("/metadata/managedFields/1/fieldsV1/f:spec").has("f:replicas"))
                .isFalse();
        assertThat(apply(path + "/scale?fieldManager=auto", scale).code()).isEqualTo(200);
    }
}
