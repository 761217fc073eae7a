package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleApiTest {
    private static final String APPS = "/apis/apps/v1/namespaces/default/";
    private static final String TEMPLATE =
            "\"template\":{\"metadata\":{\"labels\":{\"app\":\"w\",\"tier\":\"a\"}},\"spec\":{"
                    + "\"containers\":[{\"name\":\"c\",\"image\":\"app:1\"}]}}";
    private static final String SCALE = APPS + "deployments/w/scale";

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

    private static String workload(String apiVersion, String kind, String selector) {
        return """
        {"apiVersion":"%s","kind":"%s","metadata":{"name":"w"},
         "spec":{"replicas":2,"serviceName":"w","selector":%s,%s}}
        """
                .replace(
                        "\"serviceName\":\"w\",",
                        kind.equals("StatefulSet") ? "\"serviceName\":\"w\"," : "")
                .formatted(apiVersion, kind, selector, TEMPLATE);
    }

    private void deployment() {
        String selector =
                """
                {"matchLabels":{"app":"w"},
                 "matchExpressions":[{"key":"tier","operator":"In","values":["b","a"]}]}
                """;
        assertThat(api.post(APPS + "deployments", workload("apps/v1", "Deployment", selector)))
                .extracting(TestApi.Reply::code)
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "/apis/apps/v1, deployments, Deployment",
        "/apis/apps/v1, replicasets, ReplicaSet",
        "/apis/apps/v1, statefulsets, StatefulSet",
        "/api/v1, replicationcontrollers, ReplicationController"
    })
    void a_patched_scale_changes_how_many_are_wanted(String root, String plural, String kind) {
        String place = root + "/namespaces/default/" + plural;
        boolean core = root.equals("/api/v1");
        String selector = core ? "{\"app\":\"w\"}" : "{\"matchLabels\":{\"app\":\"w\"}}";
        api.post(place, workload(core ? "v1" : "apps/v1", kind, selector));
        TestApi.Reply scale = api.get(place + "/w/scale");
        assertThat(scale.at("/apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(scale.at("/kind")).isEqualTo("Scale");
        assertThat(scale.at("/spec/replicas")).isEqualTo("2");
        assertThat(scale.at("/status/replicas")).isEqualTo("0");
        assertThat(scale.at("/status/selector")).isEqualTo("app=w");
        TestApi.Reply patched =
                api.patch(place + "/w/scale", "merge", "{\"spec\":{\"replicas\":5}}");
        assertThat(patched.code()).isEqualTo(200);
        assertThat(patched.at("/spec/replicas")).isEqualTo("5");
        TestApi.Reply whole = api.get(place + "/w");
        assertThat(whole.at("/spec/replicas")).isEqualTo("5");
        assertThat(whole.at("/metadata/generation")).isEqualTo("2");
    }

    @Test
    void a_selector_with_expressions_is_told_as_a_query() {
        deployment();
        assertThat(api.get(SCALE).at("/status/selector")).isEqualTo("app=w,tier in (a,b)");
    }

    @Test
    void none_wanted_is_left_out() {
        deployment();
        api.patch(SCALE, "merge", "{\"spec\":{\"replicas\":0}}");
        assertThat(api.get(SCALE).body().path("spec").isEmpty()).isTrue();
        assertThat(api.get(APPS + "deployments/w").at("/spec/replicas")).isEqualTo("0");
    }

    @Test
    void fewer_than_none_is_refused() {
        deployment();
        assertThat(api.patch(SCALE, "merge", "{\"spec\":{\"replicas\":-1}}").message())
                .isEqualTo(
                        "Scale.autoscaling \"w\" is invalid: spec.replicas: Invalid value: -1:"
                                + " must be greater than or equal to 0");
    }

    @Test
    void a_replacement_of_an_older_version_or_of_another_object_is_a_conflict() {
        deployment();
        TestApi.Reply old = api.get(SCALE);
        api.patch(SCALE, "merge", "{\"spec\":{\"replicas\":3}}");
        assertThat(api.put(SCALE, old.body().toString()).message())
                .isEqualTo(
                        "Operation cannot be fulfilled on deployments.apps \"w\": the object has"
                                + " been modified; please apply your changes to the latest version"
                                + " and try again");
        String other =
                """
                {"apiVersion":"autoscaling/v1","kind":"Scale",
                 "metadata":{"name":"w","uid":"other"},"spec":{"replicas":1}}
                """;
        assertThat(api.put(SCALE, other).message())
                .startsWith(
                        "Operation cannot be fulfilled on deployments/scale.apps \"w\":"
                                + " Precondition failed: UID in precondition: other, UID in object"
                                + " meta: ");
    }

    @Test
    void what_is_not_there_has_no_scale() {
        assertThat(api.get(SCALE).message()).isEqualTo("deployments/scale.apps \"w\" not found");
        assertThat(api.patch(SCALE, "merge", "{}").code()).isEqualTo(404);
        assertThat(api.get(APPS + "daemonsets/w/scale").code()).isEqualTo(404);
    }

    @Test
    void it_takes_a_right_of_its_own() {
        deployment();
        api.post(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
                """
                {"metadata":{"name":"scaler"},"rules":[{"apiGroups":["apps"],
                 "resources":["deployments/scale"],"verbs":["get","patch"]}]}
                """);
        api.post(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
                """
                {"metadata":{"name":"scaler"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io",
                 "kind":"Role","name":"scaler"},"subjects":[{"kind":"User","name":"eve",
                 "apiGroup":"rbac.authorization.k8s.io"}]}
                """);
        User eve = new User("eve", List.of());
        String type = "application/merge-patch+json";
        String three = "{\"spec\":{\"replicas\":3}}";
        assertThat(api.send(eve, "PATCH", SCALE, "", type, three).code()).isEqualTo(200);
        assertThat(api.send(eve, "PATCH", APPS + "deployments/w", "", type, three).code())
                .isEqualTo(403);
    }
}
