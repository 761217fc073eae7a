package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Events, which two groups serve under different names.
class EventApiTest {
    private static final String OLD = "/api/v1/namespaces/default/events";
    private static final String NEW = "/apis/events.k8s.io/v1/namespaces/default/events";
    private static final String NEW_EVENT =
            """
            {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e"},"type":"Normal",\
            "eventTime":"2020-01-01T00:00:00.5Z","action":"a","reason":"r","note":"hello",\
            "reportingController":"x/y","reportingInstance":"i","regarding":{"name":"p"}}\
            """;
    private static final String OLD_EVENT =
            """
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"e"},"message":"hello",\
            "involvedObject":{"name":"p"},"source":{"component":"c"},"count":2}\
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

    @Test
    void what_is_written_through_one_group_is_read_through_the_other() {
        assertThat(api.post(NEW, NEW_EVENT).code()).isEqualTo(201);
        TestApi.Reply old = api.get(OLD + "/e");
        assertThat(old.at("/message")).isEqualTo("hello");
        assertThat(old.at("/reportingComponent")).isEqualTo("x/y");
        assertThat(old.body().path("firstTimestamp").isNull()).isTrue();

        assertThat(api.patch(OLD + "/e", "merge", "{\"message\":\"bye\"}").code()).isEqualTo(200);
        assertThat(api.get(NEW + "/e").at("/note")).isEqualTo("bye");
        assertThat(api.delete(NEW + "/e").code()).isEqualTo(200);
        assertThat(api.get(OLD + "/e").code()).isEqualTo(404);
    }

    @Test
    void lists_of_the_new_group_have_its_names_and_select_by_them() {
        api.post(OLD, OLD_EVENT);
        String picked = "?fieldSelector=deprecatedSource=c,regarding.name=p";
        assertThat(api.get(NEW).at("/items/0/note")).isEqualTo("hello");
        assertThat(api.get(NEW + picked).body().path("items")).hasSize(1);
        assertThat(api.get(NEW + "/e").body().has("reportingController")).isFalse();
        assertThat(api.get(OLD + "/e").body().has("reportingComponent")).isTrue();
    }

    @Test
    void the_new_group_is_strict_and_the_old_one_is_not() {
        String loose = NEW_EVENT.replace("\"type\":\"Normal\",", "");
        assertThat(api.post(NEW, loose).message()).contains("type: Invalid value");
        assertThat(api.post(OLD, OLD_EVENT).code()).isEqualTo(201);
        TestApi.Reply changed = api.patch(NEW + "/e", "merge", "{\"note\":\"other\"}");
        assertThat(changed.code()).isEqualTo(422);
        assertThat(changed.message()).contains("message: Invalid value: \"other\": field is immu");
    }
}
