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
}
