package dev.glovebox.apiserver;

import static dev.glovebox.apiserver.TestApi.ADMIN;
import static dev.glovebox.apiserver.TestApi.PODS;
import static dev.glovebox.apiserver.TestApi.events;
import static dev.glovebox.apiserver.TestApi.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.glovebox.cluster.Frames;
import dev.glovebox.policy.TrustLevel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lists, tables and watches; what is expected was recorded from a real kube-apiserver.
class ListAndWatchTest {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory, TrustLevel.TRUSTED);
        for (String name : List.of("a", "b", "c")) {
            api.post(PODS, pod(name, ""));
        }
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void a_list_comes_in_chunks_that_go_on_where_the_last_ended() {
        var first = api.get(PODS + "?limit=2");
        assertThat(first.body().path("items").findValuesAsText("name")).contains("a", "b");
        assertThat(first.at("/metadata/remainingItemCount")).isEqualTo("1");
        assertThat(first.body().at("/items/0/kind").isMissingNode()).isTrue();
        var second = api.get(PODS + "?limit=2&continue=" + first.at("/metadata/continue"));
        assertThat(second.at("/items/0/metadata/name")).isEqualTo("c");
        assertThat(second.body().at("/metadata/continue").isMissingNode()).isTrue();
        assertThat(second.at("/metadata/resourceVersion"))
                .isEqualTo(first.at("/metadata/resourceVersion"));
    }

    @Test
    void chunks_are_of_the_first_ones_revision_whatever_happens_meanwhile() {
        var first = api.get(PODS + "?limit=1");
        api.delete(PODS + "/b?gracePeriodSeconds=0");
        label("yes");
        api.post(PODS, pod("d", ""));
        String next = "&continue=" + first.at("/metadata/continue");
        var rest = api.get(PODS + "?limit=5" + next);
        assertThat(names(rest)).containsExactly("b", "c");
        assertThat(rest.at("/metadata/resourceVersion"))
                .isEqualTo(first.at("/metadata/resourceVersion"));
        String then = "?resourceVersion=" + first.at("/metadata/resourceVersion");
        assertThat(names(api.get(PODS + then + "&resourceVersionMatch=Exact")))
                .containsExactly("a", "b", "c");
        assertThat(names(api.get(PODS + then + "&limit=9"))).containsExactly("a", "b", "c");
        assertThat(names(api.get(PODS + then))).containsExactly("a", "c", "d");
    }

    @Test
    void a_list_whose_revision_is_forgotten_can_be_gone_on_with_as_it_is_now() {
        var first = api.get(PODS + "?limit=1");
        String then = first.at("/metadata/resourceVersion");
        api.delete(PODS + "/b?gracePeriodSeconds=0");
        api.forgetThePast();

        var gone = api.get(PODS + "?limit=1&continue=" + first.at("/metadata/continue"));
        assertThat(gone.code()).isEqualTo(410);
        assertThat(gone.at("/reason")).isEqualTo("Expired");
        assertThat(gone.message())
                .startsWith("The provided continue parameter is too old to display a consistent");
        var rest = api.get(PODS + "?limit=9&continue=" + gone.at("/metadata/continue"));
        assertThat(names(rest)).containsExactly("c");

        var exact = api.get(PODS + "?resourceVersionMatch=Exact&resourceVersion=" + then);
        assertThat(exact.code()).isEqualTo(410);
        assertThat(exact.message())
                .isEqualTo("The resourceVersion for the provided list is too old.");
    }

    @Test
    void yaml_and_json_and_metadata_alone_tell_the_same_objects() throws Exception {
        String metadata = "as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
        for (String more : List.of("", ";" + metadata, TABLE.substring(TABLE.indexOf(';')))) {
            var json = api.send(ADMIN, "GET", PODS, "application/json" + more, "", "");
            var yaml = api.send(ADMIN, "GET", PODS, "application/yaml" + more, "", "");
            assertThat(json.code()).isEqualTo(200);
            assertThat(new YAMLMapper().readTree(yaml.body().asText())).isEqualTo(json.body());
        }
        String none = "/api/v1/namespaces/default/configmaps";
        var yaml = api.send(ADMIN, "GET", none, "application/yaml", "", "");
        assertThat(yaml.body().asText()).endsWith("items: []\n");
    }

    private static List<String> names(TestApi.Reply list) {
        return list.body().path("items").findValues("metadata").stream()
                .map(metadata -> metadata.path("name").asText())
                .toList();
    }

    @Test
    void a_list_is_narrowed_by_labels_names_and_other_fields() {
        label("yes");
        assertThat(names(api.get(PODS + "?labelSelector=on%3Dyes"))).containsExactly("a");
        assertThat(names(api.get(PODS + "?labelSelector=!on"))).containsExactly("b", "c");
        assertThat(names(api.get(PODS + "?fieldSelector=metadata.name!%3Da")))
                .containsExactly("b", "c");
        String pending = "?labelSelector=!on&fieldSelector=status.phase%3DPending";
        assertThat(names(api.get(PODS + pending))).containsExactly("b", "c");
        assertThat(names(api.get(PODS + "?fieldSelector=status.phase%3DFailed"))).isEmpty();
    }

    @Test
    void a_table_has_kubectls_columns() {
        var table = api.send(ADMIN, "GET", PODS, TABLE, "", "");
        assertThat(table.body().path("columnDefinitions").findValuesAsText("name"))
                .startsWith("Name", "Ready", "Status", "Restarts", "Age");
        assertThat(table.body().at("/rows/0/cells").toString())
                .isEqualTo(
                        "[\"a\",\"0/1\",\"Pending\",\"0\",\"0s\",\"<none>\",\"<none>\",\"<none>\",\"<none>\"]");
    }

    @Test
    void protobuf_falls_back_to_json_and_nothing_else_is_served() {
        String both = "application/vnd.kubernetes.protobuf, application/json";
        assertThat(api.send(ADMIN, "GET", PODS, both, "", "").code()).isEqualTo(200);
        assertThat(api.send(ADMIN, "GET", PODS, "text/html", "", "").code()).isEqualTo(406);
        assertThat(api.send(ADMIN, "POST", PODS, "", "application/cbor", "x").code())
                .isEqualTo(415);
    }

    @Test
    void a_selector_turns_changes_into_coming_and_going() throws Exception {
        String from = api.get(PODS).at("/metadata/resourceVersion");
        String place = PODS + "?watch=1&labelSelector=on%3Dyes&resourceVersion=" + from;
        try (Frames frames = api.watch(place)) {
            label("yes");
            assertThat(events(frames)).containsExactly("ADDED a");
            label("no");
            assertThat(events(frames)).containsExactly("DELETED a");
        }
    }

    private void label(String value) {
        api.patch(
                PODS + "/a",
                "merge",
                "{\"metadata\":{\"labels\":{\"on\":\"%s\"}}}".formatted(value));
    }

    @Test
    void a_watch_without_a_version_begins_with_what_is_there() throws Exception {
        try (Frames frames = api.watch(PODS + "?watch=1")) {
            assertThat(events(frames)).containsExactly("ADDED a", "ADDED b", "ADDED c");
            api.delete(PODS + "/b");
            assertThat(events(frames)).containsExactly("DELETED b");
        }
    }

    @Test
    void initial_events_come_in_parts_and_a_watch_ends_that_does_not_take_them() throws Exception {
        for (int i = 0; i < 10; i++) {
            api.post(
                    "/api/v1/namespaces/default/configmaps",
                    "{\"metadata\":{\"name\":\"n%d\"},\"data\":{\"k\":\"%s\"}}"
                            .formatted(i, "x".repeat(30_000)));
        }
        String place = "/api/v1/namespaces/default/configmaps?watch=1";
        try (Frames frames = api.watch(place)) {
            assertThat(events(frames)).containsExactly("ADDED n0", "ADDED n1", "ADDED n2");
            api.delete("/api/v1/namespaces/default/configmaps/n4");
            assertThat(events(frames)).containsExactly("ADDED n3", "ADDED n4", "ADDED n5");
            assertThat(events(frames)).hasSize(3);
            assertThat(events(frames)).containsExactly("ADDED n9");
            assertThat(events(frames)).containsExactly("DELETED n4");
        }
        try (Frames frames = api.watch(place)) {
            events(frames);
            api.clock.advance(Duration.ofSeconds(60));
            assertThat(events(frames)).isEmpty();
            assertThat(frames.ended()).isTrue();
        }
    }

    @Test
    void a_watch_tells_how_far_it_came_and_ends_in_time() throws Exception {
        String place = PODS + "?watch=1&allowWatchBookmarks=true&timeoutSeconds=10";
        try (Frames frames = api.watch(place)) {
            events(frames);
            api.clock.advance(Duration.ofSeconds(8));
            assertThat(events(frames)).containsExactly("BOOKMARK");
            assertThat(frames.ended()).isFalse();
            api.clock.advance(Duration.ofSeconds(2));
            assertThat(events(frames)).isEmpty();
            assertThat(frames.ended()).isTrue();
        }
    }

    @Test
    void initial_events_end_with_a_marked_bookmark() throws Exception {
        String place =
                PODS
                        + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                        + "&allowWatchBookmarks=true";
        try (Frames frames = api.watch(place)) {
            assertThat(events(frames)).hasSize(3);
            String bookmark =
                    new String(frames.next(Duration.ofMinutes(1)), StandardCharsets.UTF_8);
            assertThat(bookmark)
                    .contains("BOOKMARK")
                    .contains("\"k8s.io/initial-events-end\":\"true\"");
        }
    }

    @Test
    void a_version_from_the_future_is_refused() {
        var refused = api.get(PODS + "?resourceVersion=999999");
        assertThat(refused.code()).isEqualTo(504);
        assertThat(refused.at("/details/causes/0/reason")).isEqualTo("ResourceVersionTooLarge");
    }

    @Test
    void deleting_a_collection_deletes_what_is_selected() {
        label("yes");
        assertThat(api.delete(PODS + "?labelSelector=on%3Dyes").body().path("items")).hasSize(1);
        assertThat(api.get(PODS).body().path("items")).hasSize(2);
    }

    @Test
    void what_is_not_served_is_not_found() {
        assertThat(api.get("/api/v1/widgets").message())
                .isEqualTo("the server could not find the requested resource");
        assertThat(api.get("/nothing/here").body().asText()).isEqualTo("404 page not found\n");
        assertThat(api.put(PODS, "{}").code()).isEqualTo(405);
        assertThat(api.send(ADMIN, "HEAD", PODS, "", "", "").code()).isEqualTo(405);
    }
}
