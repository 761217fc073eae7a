package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitRangeApiTest {
    private static final String RANGES = "/api/v1/namespaces/default/limitranges";

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

    private void range(String limit) {
        TestApi.Reply reply =
                api.post(
                        RANGES,
                        "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"limits\":[" + limit + "]}}");
        assertThat(reply.code()).as(reply.message()).isEqualTo(201);
    }

    private TestApi.Reply pod(String resources, String more) {
        String pod =
                TestApi.pod("p", more)
                        .replace("\"app:1\"", "\"app:1\",\"resources\":{" + resources + "}");
        return api.post(TestApi.PODS, pod);
    }

    @Test
    void without_a_range_a_pod_stays_as_it_is() {
        assertThat(pod("", "").at("/spec/containers/0/resources")).isEmpty();
    }

    @Test
    void what_a_container_does_not_say_is_said_for_it() {
        range(
                "{\"type\":\"Container\",\"default\":{\"memory\":\"64Mi\"},\"defaultRequest\":{\"memory\":\"32Mi\"}}");
        TestApi.Reply reply = pod("", "");
        assertThat(reply.at("/spec/containers/0/resources/limits/memory")).isEqualTo("64Mi");
        assertThat(reply.at("/spec/containers/0/resources/requests/memory")).isEqualTo("32Mi");
    }

    @Test
    void what_is_too_much_or_too_little_is_refused() {
        range(
                "{\"type\":\"Container\",\"max\":{\"memory\":\"64Mi\"},\"min\":{\"memory\":\"16Mi\"}}");
        assertThat(pod("\"limits\":{\"memory\":\"65Mi\"}", "").code()).isEqualTo(403);
        assertThat(pod("\"requests\":{\"memory\":\"15Mi\"}", "").code()).isEqualTo(403);
        assertThat(pod("\"limits\":{\"memory\":\"64Mi\"}", "").code()).isEqualTo(201);
    }

    @Test
    void containers_that_come_first_count_by_the_largest_of_them() {
        range("{\"type\":\"Pod\",\"max\":{\"cpu\":\"2\"}}");
        String first =
                "\"initContainers\":[{\"name\":\"i\",\"image\":\"a\",\"resources\":{\"limits\":{\"cpu\":\"%s\"}}}]";
        assertThat(pod("\"limits\":{\"cpu\":\"1\"}", first.formatted("3")).message())
                .contains("maximum cpu usage per Pod is 2, but limit is 3");
        assertThat(pod("\"limits\":{\"cpu\":\"1\"}", first.formatted("2")).code()).isEqualTo(201);
    }

    @Test
    void a_ratio_without_a_request_is_refused() {
        range("{\"type\":\"Pod\",\"maxLimitRequestRatio\":{\"cpu\":\"2\"}}");
        assertThat(pod("", "").message()).contains("no request is specified or request is 0");
        assertThat(pod("\"limits\":{\"cpu\":\"3\"},\"requests\":{\"cpu\":\"1\"}", "").message())
                .contains("provided ratio is 3.000000");
        assertThat(pod("\"limits\":{\"cpu\":\"2\"},\"requests\":{\"cpu\":\"1\"}", "").code())
                .isEqualTo(201);
    }

    private void range(String name, String limit) {
        TestApi.Reply reply =
                api.post(
                        RANGES,
                        "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"limits\":[%s]}}"
                                .formatted(name, limit));
        assertThat(reply.code()).as(reply.message()).isEqualTo(201);
    }

    @Test
    void the_same_complaint_about_two_containers_is_one() {
        range("{\"type\":\"Container\",\"maxLimitRequestRatio\":{\"cpu\":\"2\"}}");
        String second = "\"initContainers\":[{\"name\":\"i\",\"image\":\"a\"}]";
        assertThat(pod("", second).message())
                .isEqualTo(
                        "pods \"p\" is forbidden: cpu max limit to request ratio per Container is 2, but no request is specified or request is 0");
    }

    @Test
    void of_several_ranges_the_first_that_refuses_speaks() {
        range("a", "{\"type\":\"Pod\",\"max\":{\"cpu\":\"1\"}}");
        range("b", "{\"type\":\"Pod\",\"max\":{\"memory\":\"1Mi\"}}");
        assertThat(pod("\"limits\":{\"cpu\":\"2\",\"memory\":\"2Mi\"}", "").message())
                .isEqualTo(
                        "pods \"p\" is forbidden: maximum cpu usage per Pod is 1, but limit is 2");
    }

    @Test
    void of_several_ranges_the_first_fills_in_and_the_last_that_did_is_noted() {
        range("a", "{\"type\":\"Container\",\"default\":{\"cpu\":\"1\"}}");
        range("b", "{\"type\":\"Container\",\"default\":{\"cpu\":\"2\",\"memory\":\"1Mi\"}}");
        TestApi.Reply reply = pod("", "");
        assertThat(reply.at("/spec/containers/0/resources/limits/cpu")).isEqualTo("1");
        assertThat(reply.at("/metadata/annotations/kubernetes.io~1limit-ranger"))
                .isEqualTo(
                        "LimitRanger plugin set: memory request for container c; memory limit for container c");
    }

    @Test
    void within_a_range_the_last_default_counts() {
        range(
                "{\"type\":\"Container\",\"default\":{\"cpu\":\"1\"}},{\"type\":\"Pod\",\"max\":{\"cpu\":\"9\"}}");
        assertThat(pod("", "").at("/spec/containers/0/resources/limits/cpu")).isEqualTo("1");
    }

    @Test
    void a_sidecar_stays_beside_those_that_come_after_it() {
        range("{\"type\":\"Pod\",\"max\":{\"cpu\":\"2\"}}");
        String first =
                "\"initContainers\":[{\"name\":\"s\",\"image\":\"a\",\"restartPolicy\":\"Always\",\"resources\":{\"limits\":{\"cpu\":\"1\"}}},{\"name\":\"i\",\"image\":\"a\",\"resources\":{\"limits\":{\"cpu\":\"%s\"}}}]";
        assertThat(pod("\"limits\":{\"cpu\":\"1\"}", first.formatted("1500m")).message())
                .contains("but limit is 2500m");
        assertThat(pod("\"limits\":{\"cpu\":\"1\"}", first.formatted("1")).code()).isEqualTo(201);
    }

    @Test
    void what_the_pod_says_itself_counts() {
        range("{\"type\":\"Pod\",\"max\":{\"cpu\":\"2\"}}");
        assertThat(
                        pod(
                                        "\"limits\":{\"cpu\":\"1\"}",
                                        "\"resources\":{\"limits\":{\"cpu\":\"3\"}}")
                                .message())
                .contains("maximum cpu usage per Pod is 2, but limit is 3");
    }

    @Test
    void a_claim_is_held_to_its_request() {
        range(
                "{\"type\":\"PersistentVolumeClaim\",\"max\":{\"storage\":\"1Gi\"},\"min\":{\"storage\":\"1Mi\"}}");
        String claim =
                "{\"metadata\":{\"name\":\"c\",\"finalizers\":[\"a.b/c\"]},\"spec\":{\"accessModes\":[\"ReadWriteOnce\"],\"resources\":{\"requests\":{\"storage\":\"%s\"}}}}";
        String claims = "/api/v1/namespaces/default/persistentvolumeclaims";
        assertThat(api.post(claims, claim.formatted("2Gi")).message())
                .endsWith(
                        "maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi");
        assertThat(api.post(claims, claim.formatted("1Gi")).code()).isEqualTo(201);
        api.delete(RANGES + "/l");
        range("{\"type\":\"PersistentVolumeClaim\",\"max\":{\"storage\":\"2Mi\"}}");
        String label = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
        assertThat(api.patch(claims + "/c", "merge", label).code()).isEqualTo(403);
        api.delete(claims + "/c");
        assertThat(api.patch(claims + "/c", "merge", label).code())
                .as("one that is being deleted is let go")
                .isEqualTo(200);
    }

    @Test
    void a_resize_is_held_to_the_range() {
        assertThat(pod("\"requests\":{\"cpu\":\"1\"},\"limits\":{\"cpu\":\"1\"}", "").code())
                .isEqualTo(201);
        range("{\"type\":\"Container\",\"max\":{\"cpu\":\"2\"}}");
        String resize =
                "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"%1$s\"},\"limits\":{\"cpu\":\"%1$s\"}}}]}}";
        String place = TestApi.PODS + "/p/resize";
        assertThat(api.patch(place, "strategic-merge", resize.formatted("3")).message())
                .contains("maximum cpu usage per Container is 2, but limit is 3");
        assertThat(api.patch(place, "strategic-merge", resize.formatted("2")).code())
                .isEqualTo(200);
    }
}
