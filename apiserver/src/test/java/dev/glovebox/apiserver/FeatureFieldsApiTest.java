package dev.glovebox.apiserver;

import static dev.glovebox.apiserver.TestApi.PODS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Fields of pods that are for features: those of features that are off leave nothing behind, those
/// of features that are on are filled in. The exchanges of `pods-features` have the same of a real
/// kube-apiserver.
class FeatureFieldsApiTest {
    private static final String SPEC =
            """
            {"restartPolicy":"Never","hostnameOverride":"other",
             "initContainers":[
              {"name":"i","image":"app:1","restartPolicy":"Never",
               "restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[1]}}]},
              {"name":"s","image":"app:1","restartPolicy":"Always"}],
             "containers":[
              {"name":"c","image":"app:1","restartPolicy":"Always",
               "lifecycle":{"stopSignal":"SIGUSR1"},
               "volumeMounts":[{"name":"image","mountPath":"/i"}]},
              {"name":"d","image":"app:1",
               "lifecycle":{"stopSignal":"SIGUSR1","preStop":{"sleep":{"seconds":1}}},
               "volumeMounts":[{"name":"image","mountPath":"/i"},{"name":"all","mountPath":"/a"}]}],
             "volumes":[
              {"name":"image","image":{"reference":"app:1"}},
              {"name":"all","projected":{"sources":[
               {"clusterTrustBundle":{"name":"a","path":"p"}},
               {"podCertificate":{"signerName":"a.test/b","keyType":"ED25519"}},
               {"configMap":{"name":"words"}}]}}]}
            """;

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

    private static String pod(String spec) {
        return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"app":"w","hash":"1"}},"spec":%s}
        """
                .formatted(spec);
    }

    private static void nothingIsLeft(TestApi.Reply made, String spec) {
        assertThat(made.at(spec + "/hostnameOverride")).isEmpty();
        assertThat(made.at(spec + "/initContainers/0/restartPolicy")).isEmpty();
        assertThat(made.at(spec + "/initContainers/0/restartPolicyRules")).isEmpty();
        assertThat(made.at(spec + "/initContainers/1/restartPolicy")).isEqualTo("Always");
        assertThat(made.at(spec + "/containers/0/restartPolicy")).isEmpty();
        assertThat(made.body().at(spec).toString())
                .doesNotContain("stopSignal")
                .doesNotContain("reference")
                .doesNotContain("\"/i\"")
                .doesNotContain("clusterTrustBundle")
                .doesNotContain("podCertificate");
        assertThat(made.at(spec + "/containers/1/lifecycle/preStop/sleep/seconds")).isEqualTo("1");
        assertThat(made.at(spec + "/containers/1/volumeMounts/0/mountPath")).isEqualTo("/a");
        assertThat(made.at(spec + "/volumes/0/projected/sources/2/configMap/name"))
                .isEqualTo("words");
    }

    @Test
    void a_new_pod_keeps_nothing_of_features_that_are_off() {
        var made = api.post(PODS, pod(SPEC));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        nothingIsLeft(made, "/spec");
        assertThat(made.at("/spec/containers/0/lifecycle")).isEmpty();
        assertThat(made.warnings()).contains("volume \"all\" (Projected) has no sources provided");
    }

    @ParameterizedTest
    @CsvSource({
        "apps, deployments, Deployment",
        "apps, replicasets, ReplicaSet",
        "apps, statefulsets, StatefulSet",
        "apps, daemonsets, DaemonSet",
        "batch, jobs, Job"
    })
    void nor_does_a_template(String group, String plural, String kind) {
        var spec = kind.equals("Job") ? SPEC : SPEC.replaceFirst("Never", "Always");
        var selector = kind.equals("Job") ? "" : "\"selector\":{\"matchLabels\":{\"app\":\"w\"}},";
        var made =
                api.post(
                        "/apis/" + group + "/v1/namespaces/default/" + plural,
                        """
                        {"apiVersion":"%s/v1","kind":"%s","metadata":{"name":"w"},"spec":{%s
                         "template":{"metadata":{"labels":{"app":"w"}},"spec":%s}}}
                        """
                                .formatted(group, kind, selector, spec));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        nothingIsLeft(made, "/spec/template/spec");
    }

    @Test
    void nor_does_a_change() {
        api.post(PODS, pod("{\"containers\":[{\"name\":\"c\",\"image\":\"app:1\"}]}"));
        var changed = api.patch(PODS + "/p", "merge", "{\"spec\":{\"hostnameOverride\":\"x\"}}");
        assertThat(changed.code()).as(changed.message()).isEqualTo(200);
        assertThat(changed.at("/spec/hostnameOverride")).isEmpty();
        assertThat(changed.at("/metadata/generation")).isEqualTo("1");
    }

    @Test
    void the_labels_that_a_new_pod_has_are_filled_into_its_selectors() {
        var made =
                api.post(
                        PODS,
                        pod(
                                """
                                {"containers":[{"name":"c","image":"app:1"}],
                                 "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
                                  {"topologyKey":"zone","labelSelector":{},"matchLabelKeys":["hash","none"],
                                   "mismatchLabelKeys":["app"]}]}},
                                 "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone",
                                  "whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app":"w"}},
                                  "matchLabelKeys":["hash"]}]}
                                """));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        assertThat(made.body().path("spec").toString())
                .contains(
                        "{\"key\":\"hash\",\"operator\":\"In\",\"values\":[\"1\"]},"
                                + "{\"key\":\"app\",\"operator\":\"NotIn\",\"values\":[\"w\"]}");
        assertThat(
                        made.at(
                                "/spec/topologySpreadConstraints/0/labelSelector/matchExpressions/0/values/0"))
                .isEqualTo("1");
    }

    @Test
    void a_key_that_the_selector_has_already_is_refused() {
        var refused =
                api.post(
                        PODS,
                        pod(
                                """
                                {"containers":[{"name":"c","image":"app:1"}],
                                 "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone",
                                  "whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app":"w"}},
                                  "matchLabelKeys":["app"]}]}
                                """));
        assertThat(refused.message())
                .isEqualTo(
                        "Pod \"p\" is invalid: spec.topologySpreadConstraints[0][0]: Invalid value:"
                                + " \"app\": exists in both matchLabelKeys and labelSelector");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "securityContext: {supplementalGroupsPolicy: Own} | spec.securityContext.supplementalGroupsPolicy: Unsupported value: \"Own\": supported values: \"Merge\", \"Strict\"",
                "os: {name: plan9} | spec.os: Unsupported value: \"plan9\": supported values: \"linux\", \"windows\"",
                "securityContext: {appArmorProfile: {type: Localhost}} | spec.securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost",
            })
    void what_nobody_would_understand_is_refused(String field, String message) {
        var refused =
                api.send(
                        TestApi.ADMIN,
                        "POST",
                        PODS,
                        "",
                        "application/yaml",
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: p}
                        spec:
                          containers: [{name: c, image: "app:1"}]
                          %s
                        """
                                .formatted(field));
        assertThat(refused.message()).isEqualTo("Pod \"p\" is invalid: " + message);
    }
}
