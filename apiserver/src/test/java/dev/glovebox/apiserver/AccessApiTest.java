package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessApiTest {
    private static final User BOB = new User("bob", List.of("system:authenticated"));
    private static final User NODE =
            new User("system:node:n1", List.of("system:nodes", "system:authenticated"));
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";

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

    private int code(User user, String method, String path, String body) {
        return api.send(user, method, path, "", "application/json", body).code();
    }

    private void role(String verbs) {
        api.post(
                RBAC + "namespaces/default/roles",
                """
                {"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":[%s]}]}
                """
                        .formatted(verbs));
    }

    private void bind() {
        api.post(
                RBAC + "namespaces/default/rolebindings",
                """
                {"metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r","apiGroup":"rbac.authorization.k8s.io"},
                 "subjects":[{"kind":"User","name":"bob"}]}
                """);
    }

    @Test
    void what_was_granted_holds_at_the_next_request_and_what_was_taken_back_does_not() {
        assertThat(code(BOB, "GET", SECRETS, "")).isEqualTo(403);
        role("\"list\"");
        bind();
        assertThat(code(BOB, "GET", SECRETS, "")).isEqualTo(200);
        assertThat(code(BOB, "GET", "/api/v1/secrets", "")).isEqualTo(403);
        api.delete(RBAC + "namespaces/default/rolebindings/b");
        assertThat(code(BOB, "GET", SECRETS, "")).isEqualTo(403);
    }

    @Test
    void why_a_request_was_allowed_is_noted_and_told_to_who_asks() {
        api.send(BOB, "GET", SECRETS, "", "", "");
        assertThat(api.notes())
                .isEqualTo(
                        Map.of(
                                "authorization.k8s.io/decision", "forbid",
                                "authorization.k8s.io/reason", ""));
        role("\"list\"");
        bind();
        String reason = "RBAC: allowed by RoleBinding \"b/default\" of Role \"r\" to User \"bob\"";
        api.send(BOB, "GET", SECRETS, "", "", "");
        assertThat(api.notes())
                .isEqualTo(
                        Map.of(
                                "authorization.k8s.io/decision",
                                "allow",
                                "authorization.k8s.io/reason",
                                reason));
        assertThat(
                        api.post(
                                        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                                        """
                                        {"spec":{"user":"bob","resourceAttributes":
                                          {"verb":"list","resource":"secrets","namespace":"default"}}}
                                        """)
                                .body()
                                .path("status")
                                .toString())
                .isEqualTo(
                        "{\"allowed\":true,\"reason\":\"%s\"}"
                                .formatted(reason.replace("\"", "\\\"")));
    }

    @Test
    void a_role_that_gathers_others_grants_what_they_grant() {
        api.post(
                RBAC + "clusterrolebindings",
                """
                {"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"view","apiGroup":"rbac.authorization.k8s.io"},
                 "subjects":[{"kind":"User","name":"bob"}]}
                """);
        assertThat(code(BOB, "GET", "/api/v1/pods", "")).isEqualTo(200);
        assertThat(code(BOB, "GET", "/api/v1/secrets", "")).isEqualTo(403);
    }

    @Test
    void a_node_reads_the_secrets_of_its_own_pods_alone() {
        for (String name : List.of("used", "unused")) {
            api.post(SECRETS, "{\"metadata\":{\"name\":\"" + name + "\"}}");
        }
        String volume = "\"volumes\":[{\"name\":\"v\",\"secret\":{\"secretName\":\"used\"}}]";
        api.post(TestApi.PODS, TestApi.pod("mine", "\"nodeName\":\"n1\"," + volume));
        api.post(
                TestApi.PODS,
                TestApi.pod(
                        "others",
                        "\"nodeName\":\"n2\"," + volume.replace("\"used\"", "\"unused\"")));
        assertThat(code(NODE, "GET", SECRETS + "/used", "")).isEqualTo(200);
        assertThat(code(NODE, "GET", SECRETS + "/unused", "")).isEqualTo(403);
        assertThat(code(NODE, "GET", SECRETS, "")).isEqualTo(403);
        assertThat(code(NODE, "PUT", SECRETS + "/used", "{}")).isEqualTo(403);
    }

    @Test
    void a_node_changes_its_own_things_alone() {
        api.post(TestApi.PODS, TestApi.pod("others", "\"nodeName\":\"n2\""));
        for (String name : List.of("n1", "n2")) {
            api.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"" + name + "\"}}");
        }
        String status = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
        assertThat(patch("/api/v1/nodes/n1", status)).isEqualTo(200);
        assertThat(patch("/api/v1/nodes/n2", status)).isEqualTo(403);
        assertThat(
                        patch(
                                "/api/v1/nodes/n1",
                                status.replace("\"a\"", "\"node-restriction.kubernetes.io/a\"")))
                .isEqualTo(403);
        assertThat(
                        patch(
                                "/api/v1/nodes/n1",
                                "{\"spec\":{\"taints\":[{\"key\":\"a\",\"effect\":\"NoSchedule\"}]}}"))
                .isEqualTo(403);
        assertThat(patch(TestApi.PODS + "/others/status", "{\"status\":{\"phase\":\"Failed\"}}"))
                .isEqualTo(403);
        assertThat(code(NODE, "DELETE", TestApi.PODS + "/others", "")).isEqualTo(403);
        assertThat(code(NODE, "POST", TestApi.PODS, TestApi.pod("new", "\"nodeName\":\"n1\"")))
                .isEqualTo(403);
    }

    private int patch(String path, String body) {
        return api.send(NODE, "PATCH", path, "", "application/merge-patch+json", body).code();
    }

    @Test
    void a_node_gets_tokens_for_its_own_pods_alone() {
        api.post(
                "/api/v1/namespaces/default/serviceaccounts",
                "{\"metadata\":{\"name\":\"robot\"}}");
        api.post(
                TestApi.PODS,
                TestApi.pod("mine", "\"nodeName\":\"n1\",\"serviceAccountName\":\"robot\""));
        api.post(
                TestApi.PODS,
                TestApi.pod("others", "\"nodeName\":\"n2\",\"serviceAccountName\":\"robot\""));
        String place = "/api/v1/namespaces/default/serviceaccounts/robot/token";
        String bound =
                "{\"spec\":{\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"%s\"}}}";
        assertThat(code(NODE, "POST", place, bound.formatted("mine"))).isEqualTo(201);
        assertThat(code(NODE, "POST", place, bound.formatted("others"))).isEqualTo(403);
        assertThat(code(NODE, "POST", place, "{\"spec\":{}}")).isEqualTo(403);
    }

    private boolean isBelieved(String token) {
        return api.post(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        "{\"spec\":{\"token\":\"" + token + "\"}}")
                .body()
                .at("/status/authenticated")
                .asBoolean();
    }

    @Test
    void a_pods_token_holds_during_its_grace_and_little_longer() {
        api.post(TestApi.PODS, TestApi.pod("p", "\"nodeName\":\"n1\""));
        String token =
                api.post(
                                "/api/v1/namespaces/default/serviceaccounts/default/token",
                                "{\"spec\":{\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\"}}}")
                        .at("/status/token");
        assertThat(isBelieved(token)).isTrue();
        api.delete(TestApi.PODS + "/p?gracePeriodSeconds=30");
        assertThat(isBelieved(token)).isTrue();
        api.clock.advance(Duration.ofSeconds(89));
        assertThat(isBelieved(token)).isTrue();
        api.clock.advance(Duration.ofSeconds(2));
        assertThat(isBelieved(token)).isFalse();
    }

    @Test
    void a_pods_token_ends_with_the_pod() {
        api.post(TestApi.PODS, TestApi.pod("p", "\"nodeName\":\"n1\""));
        String token =
                api.post(
                                "/api/v1/namespaces/default/serviceaccounts/default/token",
                                "{\"spec\":{\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\"}}}")
                        .at("/status/token");
        api.delete(TestApi.PODS + "/p?gracePeriodSeconds=0");
        assertThat(isBelieved(token)).isFalse();
    }

    @Test
    void who_may_bind_grants_what_they_do_not_have() {
        role("\"get\"");
        String binding =
                """
                {"metadata":{"name":"more"},"roleRef":{"kind":"Role","name":"r","apiGroup":"rbac.authorization.k8s.io"},
                 "subjects":[{"kind":"User","name":"bob"}]}
                """;
        api.post(
                RBAC + "namespaces/default/roles",
                """
                {"metadata":{"name":"binder"},"rules":[
                 {"apiGroups":["rbac.authorization.k8s.io"],"resources":["rolebindings"],"verbs":["create"]}]}
                """);
        api.post(
                RBAC + "namespaces/default/rolebindings",
                """
                {"metadata":{"name":"binder"},"roleRef":{"kind":"Role","name":"binder","apiGroup":"rbac.authorization.k8s.io"},
                 "subjects":[{"kind":"User","name":"bob"}]}
                """);
        String place = RBAC + "namespaces/default/rolebindings";
        assertThat(code(BOB, "POST", place, binding)).isEqualTo(403);
        api.patch(
                RBAC + "namespaces/default/roles/binder",
                "json",
                """
                [{"op":"add","path":"/rules/-","value":{"apiGroups":["rbac.authorization.k8s.io"],
                  "resources":["roles"],"resourceNames":["r"],"verbs":["bind"]}}]
                """);
        assertThat(code(BOB, "POST", place, binding)).isEqualTo(201);
    }
}
