package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What comes first, and what a change keeps.
class AdmissionApiTest {
    private static final String PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses";

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

    @Test
    void what_is_invalid_is_said_before_that_there_is_a_default_already() {
        String first = "{\"metadata\":{\"name\":\"a\"},\"value\":1,\"globalDefault\":true}";
        assertThat(api.post(PRIORITIES, first).code()).isEqualTo(201);
        String bad = "{\"metadata\":{\"name\":\"b\"},\"value\":2000000000,\"globalDefault\":true}";
        assertThat(api.post(PRIORITIES, bad).code()).isEqualTo(422);
        String good = "{\"metadata\":{\"name\":\"b\"},\"value\":2,\"globalDefault\":true}";
        TestApi.Reply refused = api.post(PRIORITIES, good);
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message())
                .endsWith(
                        "PriorityClass a is already marked as default. Only one default can exist");
        assertThat(api.patch(PRIORITIES + "/a", "merge", "{\"description\":\"x\"}").code())
                .isEqualTo(200);
    }

    @Test
    void what_is_invalid_is_said_before_an_overhead_that_no_class_has() {
        String invalid = "\"overhead\":{\"cpu\":\"1\"},\"restartPolicy\":\"Sometimes\"";
        assertThat(api.post(TestApi.PODS, TestApi.pod("p", invalid)).code()).isEqualTo(422);
        TestApi.Reply refused =
                api.post(TestApi.PODS, TestApi.pod("p", "\"overhead\":{\"cpu\":\"1\"}"));
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message())
                .endsWith(
                        "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }

    /// Until the node lifecycle controller has seen that it is ready.
    @Test
    void a_new_node_is_kept_free_of_pods() {
        String taint = "{\"effect\":\"NoSchedule\",\"key\":\"node.kubernetes.io/not-ready\"}";
        String nodes = "/api/v1/nodes";
        api.post(nodes, "{\"metadata\":{\"name\":\"n\"}}");
        assertThat(api.get(nodes + "/n").body().at("/spec/taints").toString())
                .isEqualTo("[" + taint + "]");
        api.patch(nodes + "/n", "merge", "{\"spec\":{\"taints\":null}}");
        assertThat(api.get(nodes + "/n").body().at("/spec").has("taints")).isFalse();
        api.post(
                nodes,
                "{\"metadata\":{\"name\":\"m\"},\"spec\":{\"taints\":[%s]}}".formatted(taint));
        assertThat(api.get(nodes + "/m").body().at("/spec/taints")).hasSize(1);
    }

    @Test
    void volumes_and_claims_are_protected() {
        String claims = "/api/v1/namespaces/default/persistentvolumeclaims";
        String claim =
                "{\"metadata\":{\"name\":\"%s\"%s},\"spec\":{\"accessModes\":[\"ReadWriteOnce\"],"
                        + "\"resources\":{\"requests\":{\"storage\":\"1\"}}}}";
        api.post(claims, claim.formatted("c", ""));
        assertThat(finalizers(claims + "/c")).isEqualTo("[\"kubernetes.io/pvc-protection\"]");
        api.post(claims, claim.formatted("d", ",\"finalizers\":[\"a.test/f\"]"));
        assertThat(finalizers(claims + "/d"))
                .isEqualTo("[\"a.test/f\",\"kubernetes.io/pvc-protection\"]");
        assertThat(api.patch(claims + "/c", "merge", "{\"metadata\":{\"finalizers\":null}}").code())
                .isEqualTo(200);
        assertThat(finalizers(claims + "/c")).isEmpty();
        String volumes = "/api/v1/persistentvolumes";
        api.post(
                volumes,
                "{\"metadata\":{\"name\":\"v\"},\"spec\":{\"capacity\":{\"storage\":\"1\"},"
                        + "\"accessModes\":[\"ReadWriteOnce\"],\"csi\":{\"driver\":\"a.test\","
                        + "\"volumeHandle\":\"h\"}}}");
        assertThat(finalizers(volumes + "/v")).isEqualTo("[\"kubernetes.io/pv-protection\"]");
    }

    private String finalizers(String path) {
        return api.get(path).body().at("/metadata/finalizers").toString();
    }

    @Test
    void a_replacement_need_not_repeat_what_admission_gave() {
        ObjectNode pod = (ObjectNode) api.post(TestApi.PODS, TestApi.pod("p", "")).body();
        ObjectNode spec = (ObjectNode) pod.path("spec");
        spec.remove("priority");
        spec.remove("preemptionPolicy");
        spec.remove("tolerations");
        ((ObjectNode) pod.path("metadata")).putObject("labels").put("a", "b");
        TestApi.Reply replaced = api.put(TestApi.PODS + "/p", pod.toString());
        assertThat(replaced.code()).as(replaced.message()).isEqualTo(200);
        assertThat(replaced.at("/spec/priority")).isEqualTo("0");
        assertThat(replaced.at("/spec/preemptionPolicy")).isEqualTo("PreemptLowerPriority");
        assertThat(replaced.body().at("/spec/tolerations")).hasSize(2);
        assertThat(replaced.at("/metadata/labels/a")).isEqualTo("b");
    }

    private TestApi.Reply level(String labels) {
        return api.patch(
                "/api/v1/namespaces/default",
                "merge",
                "{\"metadata\":{\"labels\":{" + labels + "}}}");
    }

    @Test
    void the_newest_version_by_number_is_another_than_latest() {
        api.post(TestApi.PODS, TestApi.pod("p", "\"hostNetwork\":true"));
        String enforce = "\"pod-security.kubernetes.io/enforce\":\"baseline\"";
        String version = ",\"pod-security.kubernetes.io/enforce-version\":\"%s\"";
        assertThat(level(enforce).warnings()).hasSize(2);
        assertThat(level(enforce).warnings()).isEmpty();
        assertThat(level(enforce + version.formatted("v1.34")).warnings()).hasSize(2);
        assertThat(level(enforce + version.formatted("latest")).warnings()).hasSize(2);
        assertThat(level(enforce + version.formatted("v1.123456789")).code()).isEqualTo(200);
        assertThat(level(enforce + version.formatted("v1.01")).code()).isEqualTo(422);
    }

    @Test
    void a_debugging_container_with_another_image_is_looked_at() {
        api.post(TestApi.PODS, TestApi.pod("p", ""));
        level("\"pod-security.kubernetes.io/enforce\":\"restricted\"");
        String place = TestApi.PODS + "/p/ephemeralcontainers";
        String debug =
                "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"d\",\"image\":\"i\",\"targetContainerName\":\"c\"}]}}";
        assertThat(api.patch(place, "strategic-merge", debug).message())
                .contains("violates PodSecurity \"restricted:latest\"");
    }
}
