package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.ServedKinds;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.sqlite.SqliteStore;
import dev.glovebox.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedEventsTest {
    private static final Kind KIND =
            CustomResourceDefinitions.builtInKinds(Schemas.kubernetes(), ManualClock.atNoon())
                    .find("", "configmaps")
                    .orElseThrow();
    private static final Route ROUTE = new Route(KIND, "v1", "default", "", "", true);

    @TempDir Path folder;
    private Store store;
    private SharedEvents events;

    @BeforeEach
    void open() {
        store = SqliteStore.open(folder, HistoryLimit.DEFAULT);
        events =
                new SharedEvents(
                        new Registry(store, new ServedKinds(new KindCatalogue(List.of(KIND)))));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Entry entry(long revision, String text) {
        String json =
                "{\"metadata\":{\"name\":\"a\",\"labels\":{\"on\":\"yes\"}},\"data\":{\"k\":\"%s\"}}"
                        .formatted(text);
        return new Entry(
                "configmaps/default/a", 1, revision, json.getBytes(StandardCharsets.UTF_8));
    }

    private static Store.Event changed(long revision, String from, String to) {
        return new Store.Event.Put(entry(revision, to), Optional.of(entry(revision - 1, from)));
    }

    private static String text(byte[] line) {
        return new String(line, StandardCharsets.UTF_8);
    }

    @Test
    void an_event_is_encoded_once_for_all_who_watch() {
        Store.Event event = changed(9, "b", "c");
        byte[] line = events.of(ROUTE, event).line("MODIFIED");
        assertThat(text(line))
                .isEqualTo(
                        "{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\","
                                + "\"metadata\":{\"resourceVersion\":\"9\",\"name\":\"a\","
                                + "\"labels\":{\"on\":\"yes\"}},\"data\":{\"k\":\"c\"}}}\n");
        assertThat(events.of(ROUTE, event).line("MODIFIED")).isSameAs(line);
        assertThat(events.of(ROUTE, event).object()).isSameAs(events.of(ROUTE, event).object());
    }

    @Test
    void what_ceases_to_be_picked_is_told_as_it_was_and_at_the_new_revision() {
        assertThat(text(events.of(ROUTE, changed(9, "b", "c")).line("DELETED")))
                .contains("\"resourceVersion\":\"9\"", "\"k\":\"b\"");
        Store.Event removal = new Store.Event.Delete(entry(9, "last"), entry(8, "b"));
        assertThat(text(events.of(ROUTE, removal).line("DELETED"))).contains("\"k\":\"last\"");
    }

    @Test
    void events_of_the_same_revision_are_told_apart_and_so_are_versions() {
        Store.Event event = changed(9, "b", "c");
        Store.Event other = changed(9, "b", "d");
        assertThat(text(events.of(ROUTE, event).line("MODIFIED"))).contains("\"k\":\"c\"");
        assertThat(text(events.of(ROUTE, other).line("MODIFIED"))).contains("\"k\":\"d\"");
        Route otherVersion = new Route(KIND, "v2", "default", "", "", true);
        assertThat(text(events.of(otherVersion, other).line("MODIFIED")))
                .contains("\"apiVersion\":\"v2\"");
    }

    @Test
    void large_events_are_not_kept() {
        Store.Event large = changed(9, "b", "x".repeat(10_000));
        assertThat(events.of(ROUTE, large)).isNotSameAs(events.of(ROUTE, large));
    }

    @Test
    void names_and_labels_are_read_without_the_rest() {
        assertThat(EncodedObject.labelled(entry(9, "b")).toString())
                .isEqualTo("{\"metadata\":{\"name\":\"a\",\"labels\":{\"on\":\"yes\"}}}");
    }
}
