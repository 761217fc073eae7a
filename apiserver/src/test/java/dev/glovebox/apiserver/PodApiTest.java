package dev.glovebox.apiserver;

import static dev.glovebox.apiserver.TestApi.PODS;
import static dev.glovebox.apiserver.TestApi.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods as a client meets them; what is expected was recorded from a real kube-apiserver.
class PodApiTest {
    private static final String BIND =
            """
            {"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},
             "target":{"kind":"Node","name":"n1"}}
            """;

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory, TrustLevel.TRUSTED);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void a_new_pod_has_kubernetes_defaults() {
        var created = api.post(PODS, pod("p", ""));
        assertThat(created.code()).isEqualTo(201);
        assertThat(created.at("/spec/containers/0/imagePullPolicy")).isEqualTo("IfNotPresent");
        assertThat(created.at("/spec/containers/0/terminationMessagePath"))
                .isEqualTo("/dev/termination-log");
        assertThat(created.at("/spec/restartPolicy")).isEqualTo("Always");
        assertThat(created.at("/spec/dnsPolicy")).isEqualTo("ClusterFirst");
        assertThat(created.at("/spec/terminationGracePeriodSeconds")).isEqualTo("30");
        assertThat(created.at("/spec/tolerations/0/tolerationSeconds")).isEqualTo("300");
        assertThat(created.at("/spec/priority")).isEqualTo("0");
        assertThat(created.at("/status/phase")).isEqualTo("Pending");
        assertThat(created.at("/status/qosClass")).isEqualTo("BestEffort");
        assertThat(created.at("/metadata/generation")).isEqualTo("1");
        assertThat(api.get(PODS + "/p").body()).isEqualTo(created.body());
    }

    @Test
    void all_errors_of_a_pod_are_told_at_once() {
        var refused =
                api.post(
                        PODS,
                        """
                        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{
                         "restartPolicy":"X","containers":[{"name":"","image":"i",
                          "volumeMounts":[{"name":"v","mountPath":"/v"}]}]}}
                        """);
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.message())
                .isEqualTo(
                        "Pod \"p\" is invalid: [spec.containers[0].name: Required value,"
                                + " spec.containers[0].volumeMounts[0].name: Not found: \"v\","
                                + " spec.restartPolicy: Unsupported value: \"X\": supported values:"
                                + " \"Always\", \"OnFailure\", \"Never\"]");
        assertThat(refused.at("/details/causes/0/reason")).isEqualTo("FieldValueRequired");
    }

    @Test
    void a_spec_does_not_change_but_for_its_images() {
        api.post(PODS, pod("p", ""));
        var image =
                api.patch(
                        PODS + "/p",
                        "strategic-merge",
                        "{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"app:2\"}]}}");
        assertThat(image.at("/spec/containers/0/image")).isEqualTo("app:2");
        assertThat(image.at("/metadata/generation")).isEqualTo("2");
        var policy = api.patch(PODS + "/p", "merge", "{\"spec\":{\"restartPolicy\":\"Never\"}}");
        assertThat(policy.code()).isEqualTo(422);
        assertThat(policy.message()).contains("spec: Forbidden: pod updates may not change fields");
    }

    @Test
    void a_write_of_an_old_version_conflicts_in_kubernetes_words() {
        String old = api.post(PODS, pod("p", "")).body().toString();
        api.patch(PODS + "/p", "merge", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        var refused = api.put(PODS + "/p", old);
        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.message())
                .isEqualTo(
                        "Operation cannot be fulfilled on pods \"p\": the object has been modified;"
                                + " please apply your changes to the latest version and try again");
    }

    @Test
    void an_unknown_field_warns_or_is_refused_as_the_client_wishes() {
        String body = pod("p", "\"hostnetwork\":true");
        assertThat(api.post(PODS + "?dryRun=All", body).warnings())
                .containsExactly("unknown field \"spec.hostnetwork\"");
        assertThat(api.post(PODS + "?dryRun=All&fieldValidation=Ignore", body).warnings())
                .isEmpty();
        assertThat(api.post(PODS + "?fieldValidation=Strict", body).message())
                .isEqualTo(
                        "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error:"
                                + " unknown field \"spec.hostnetwork\"");
        assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
    }

    @Test
    void a_bound_pod_goes_with_grace_and_grace_only_shrinks() {
        api.post(PODS, pod("p", ""));
        assertThat(api.post(PODS + "/p/binding", BIND).code()).isEqualTo(201);
        assertThat(api.get(PODS + "/p").at("/spec/nodeName")).isEqualTo("n1");
        String seconds = "/metadata/deletionGracePeriodSeconds";
        assertThat(api.delete(PODS + "/p?gracePeriodSeconds=20").at(seconds)).isEqualTo("20");
        assertThat(api.get(PODS + "/p").at("/metadata/deletionTimestamp"))
                .isEqualTo("2026-01-01T12:00:20Z");
        assertThat(api.delete(PODS + "/p?gracePeriodSeconds=5").at(seconds)).isEqualTo("5");
        assertThat(api.delete(PODS + "/p?gracePeriodSeconds=50").at(seconds)).isEqualTo("5");
        assertThat(api.delete(PODS + "/p?gracePeriodSeconds=0").code()).isEqualTo(200);
        assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
    }

    @Test
    void a_finalizer_holds_a_deleted_pod() {
        api.post(
                PODS,
                pod("p", "").replace("\"p\"}", "\"p\",\"finalizers\":[\"example.com/hold\"]}"));
        assertThat(api.delete(PODS + "/p").code()).isEqualTo(200);
        assertThat(api.get(PODS + "/p").code()).isEqualTo(200);
        api.patch(PODS + "/p", "merge", "{\"metadata\":{\"finalizers\":null}}");
        assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
    }

    @Test
    void a_dry_run_leaves_nothing() {
        assertThat(api.post(PODS + "?dryRun=All", pod("p", "")).code()).isEqualTo(201);
        assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
    }

    @Test
    void a_generated_name_begins_as_asked() {
        String body = pod("p", "").replace("\"name\":\"p\"", "\"generateName\":\"job-\"");
        assertThat(api.post(PODS, body).at("/metadata/name")).matches("job-[a-z0-9]{5}");
    }

    @Test
    void a_log_of_two_containers_needs_a_name_and_goes_to_the_node() {
        String two = pod("p", "").replace("}]", "},{\"name\":\"d\",\"image\":\"app:1\"}]");
        api.post(PODS, two);
        assertThat(api.get(PODS + "/p/log").message())
                .isEqualTo("a container name must be specified for pod p, choose one of: [c d]");
        assertThat(api.get(PODS + "/p/log?container=z").message())
                .isEqualTo("container z is not valid for pod p");
        assertThat(api.get(PODS + "/p/exec?container=c&command=ls").message())
                .isEqualTo("pod p does not have a host assigned");
        api.post(PODS + "/p/binding", BIND);
        assertThat(api.get(PODS + "/p/log?container=d&tailLines=5&follow=true").body().asText())
                .isEqualTo("n1/containerLogs/default/p/d?follow=true&tailLines=5");
        assertThat(
                        api.get(PODS + "/p/exec?container=c&command=echo&command=a%20b&stdout=1")
                                .body()
                                .asText())
                .isEqualTo("n1/exec/default/p/c?command=echo&command=a%20b&output=1");
    }

    @Test
    void a_body_that_nests_too_deeply_or_is_too_large_is_refused() {
        assertThat(api.post(PODS, "[".repeat(100_000)).code()).isEqualTo(400);
        assertThat(api.post(PODS, " ".repeat(Bodies.MOST_BYTES + 1)).code()).isEqualTo(413);
    }
}
