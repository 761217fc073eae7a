package dev.glovebox.apiserver.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.model.ApiException;
import dev.glovebox.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class FieldManagerTest {
    private static final Target MAPS = Samples.target("ConfigMap");
    private final ManualClock clock = ManualClock.atNoon();
    private final FieldManager manager = new FieldManager(clock);

    private static List<String> entries(ObjectNode object) {
        List<String> entries = new ArrayList<>();
        object.path("metadata")
                .path("managedFields")
                .forEach(each ->
                        entries.add(
                                "%s %s %s"
                                        .formatted(
                                                each.path("manager").asText(),
                                                each.path("operation").asText(),
                                                each.path("fieldsV1"))));
        return entries;
    }

    private ObjectNode updated(ObjectNode live, ObjectNode object, String who) {
        manager.update(MAPS, live, object, who);
        return object;
    }

    private ObjectNode created(String data, String who) {
        return updated(MAPS.blank(), Samples.configMap(data), who);
    }

    private ObjectNode applied(ObjectNode live, String data, String who) {
        return manager.apply(MAPS, live, Samples.config(data), new Applier(who, false));
    }

    @Test
    void who_creates_has_what_it_creates_but_not_what_is_never_owned() {
        assertThat(entries(created("{\"a\":\"1\"}", "me")))
                .containsExactly("me Update {\"f:data\":{\".\":{},\"f:a\":{}}}");
    }

    @Test
    void who_changes_a_field_takes_it_and_time_passes_for_nobody_else() {
        ObjectNode live = created("{\"a\":\"1\",\"b\":\"1\"}", "me");
        clock.advance(Duration.ofSeconds(5));
        ObjectNode now = updated(live, Samples.configMap("{\"a\":\"1\",\"b\":\"2\"}"), "you");

        assertThat(entries(now))
                .containsExactly(
                        "me Update {\"f:data\":{\".\":{},\"f:a\":{}}}",
                        "you Update {\"f:data\":{\"f:b\":{}}}");
        assertThat(now.at("/metadata/managedFields/0/time").asText())
                .isEqualTo(live.at("/metadata/managedFields/0/time").asText());
        assertThat(now.at("/metadata/managedFields/1/time").asText())
                .isGreaterThan(live.at("/metadata/managedFields/0/time").asText());
    }

    @Test
    void a_write_without_a_change_changes_nothing() {
        ObjectNode live = created("{\"a\":\"1\"}", "me");
        clock.advance(Duration.ofSeconds(5));

        assertThat(updated(live, Samples.configMap("{\"a\":\"1\"}"), "you")).isEqualTo(live);
    }

    @Test
    void an_object_that_nobody_kept_book_of_stays_so_until_somebody_applies() {
        ObjectNode live = Samples.configMap("{\"a\":\"1\",\"b\":\"1\"}");

        assertThat(entries(updated(live, Samples.configMap("{\"a\":\"2\"}"), "me"))).isEmpty();
        assertThat(entries(applied(live, "{\"a\":\"1\"}", "me")))
                .containsExactly(
                        "me Apply {\"f:data\":{\"f:a\":{}}}",
                        "before-first-apply Update {\"f:data\":{\".\":{},\"f:a\":{},\"f:b\":{}}}");
    }

    @Test
    void an_empty_list_takes_the_book_away() {
        ObjectNode live = created("{\"a\":\"1\"}", "me");
        ObjectNode object = Samples.configMap("{\"a\":\"2\"}");
        ((ObjectNode) object.path("metadata")).putArray("managedFields").addObject();

        assertThat(entries(updated(live, object, "me"))).isEmpty();
    }

    @Test
    void a_client_may_write_the_book_and_nonsense_in_it_is_overlooked() {
        ObjectNode live = created("{\"a\":\"1\"}", "me");
        ObjectNode object = live.deepCopy();
        ((ObjectNode) object.at("/metadata/managedFields/0")).put("manager", "somebody");
        assertThat(entries(updated(live, object, "you")))
                .containsExactly("somebody Update {\"f:data\":{\".\":{},\"f:a\":{}}}");

        ObjectNode nonsense = live.deepCopy();
        ((ObjectNode) nonsense.at("/metadata/managedFields/0")).put("operation", "Steal");
        assertThat(entries(updated(live, nonsense, "you"))).isEqualTo(entries(live));
    }

    @Test
    void the_oldest_of_many_who_update_become_one() {
        ObjectNode live = created("{\"k0\":\"0\"}", "m0");
        ObjectNode data = live;
        for (int i = 1; i <= 11; i++) {
            clock.advance(Duration.ofSeconds(1));
            ObjectNode next = data.deepCopy();
            ((ObjectNode) next.path("data")).put("k" + i, "1");
            data = updated(data, next, "m" + i);
        }

        assertThat(entries(data))
                .hasSize(10)
                .first()
                .isEqualTo(
                        "ancient-changes Update"
                                + " {\"f:data\":{\".\":{},\"f:k0\":{},\"f:k1\":{},\"f:k2\":{}}}");
    }

    @Test
    void what_somebody_else_has_is_a_conflict_unless_the_values_agree() {
        ObjectNode live = applied(MAPS.blank(), "{\"a\":\"1\",\"b\":\"1\"}", "one");

        assertThat(entries(applied(live, "{\"a\":\"1\"}", "two"))).hasSize(2);
        assertThatThrownBy(() -> applied(live, "{\"a\":\"2\",\"b\":\"3\"}", "two"))
                .isInstanceOf(ApiException.class)
                .hasMessage(
                        "Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.a\n- .data.b");
        ObjectNode forced =
                manager.apply(
                        MAPS, live, Samples.config("{\"a\":\"2\"}"), new Applier("two", true));
        assertThat(entries(forced))
                .containsExactly(
                        "one Apply {\"f:data\":{\"f:b\":{}}}",
                        "two Apply {\"f:data\":{\"f:a\":{}}}");
    }

    @Test
    void what_is_not_applied_any_more_goes_unless_somebody_else_has_it() {
        ObjectNode live = applied(MAPS.blank(), "{\"a\":\"1\",\"b\":\"1\"}", "one");
        ObjectNode shared = applied(live, "{\"a\":\"1\"}", "two");

        assertThat(applied(shared, "{}", "one").path("data"))
                .isEqualTo(Samples.json("{\"a\":\"1\"}"));
    }

    @Test
    void managers_in_versions_that_are_not_served_are_forgotten() {
        ObjectNode live = applied(MAPS.blank(), "{\"a\":\"1\"}", "one");
        ObjectNode object = live.deepCopy();
        ((ObjectNode) object.at("/metadata/managedFields/0")).put("apiVersion", "v0");
        ((ObjectNode) object.path("data")).put("b", "1");

        assertThat(entries(updated(live, object, "two")))
                .containsExactly("two Update {\"f:data\":{\"f:b\":{}}}");
    }

    @Test
    void a_field_that_is_owned_as_a_whole_now_is_owned_as_a_whole() {
        ObjectNode live =
                Samples.object(
                        """
                        {"apiVersion":"v1","kind":"Event","metadata":{"name":"e","uid":"u",
                          "managedFields":[{"manager":"one","operation":"Apply","apiVersion":"v1",
                           "fieldsType":"FieldsV1","fieldsV1":{"f:involvedObject":{"f:name":{}}}}]},
                         "involvedObject":{"name":"a"}}
                        """);
        Target events =
                new Target(
                        "v1", "Event", "", Samples.schema("Event"), FieldFilter.ALL, Set.of("v1"));
        ObjectNode config =
                Samples.object(
                        """
                        {"apiVersion":"v1","kind":"Event","metadata":{"name":"e"},"reason":"r"}
                        """);
        ObjectNode now = manager.apply(events, live, config, new Applier("two", false));

        assertThat(entries(now)).contains("one Apply {\"f:involvedObject\":{}}");
    }

    @Test
    void kubectl_goes_over_from_its_annotation_without_conflicts() {
        String annotations =
                ",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":"
                        + "\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"ConfigMap\\\",\\\"metadata\\\":{\\\"name\\\":\\\"c\\\"},\\\"data\\\":{\\\"a\\\":\\\"1\\\"}}\"}";
        ObjectNode object =
                Samples.object(
                        """
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","uid":"u"%s},
                         "data":{"a":"1","b":"1"}}
                        """
                                .formatted(annotations));
        ObjectNode live = updated(MAPS.blank(), object, "kubectl-client-side-apply");

        ObjectNode now = applied(live, "{\"a\":\"2\"}", "kubectl");
        assertThat(now.at("/data/a").asText()).isEqualTo("2");
        assertThat(now.at("/metadata/annotations").iterator().next().asText())
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\"},\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"}}\n");
        assertThatThrownBy(() -> applied(live, "{\"b\":\"2\"}", "kubectl"))
                .hasMessageContaining(
                        "conflict with \"kubectl-client-side-apply\" using v1: .data.b");
        assertThatThrownBy(() -> applied(live, "{\"a\":\"2\"}", "other"))
                .hasMessageContaining(".data.a");
    }

    @Test
    void wrong_types_and_unknown_fields_are_named() {
        assertThatThrownBy(() -> applied(MAPS.blank(), "{\"a\":1}", "one"))
                .hasMessage(
                        "failed to create typed patch object (/c; /v1, Kind=ConfigMap): .data.a:"
                                + " expected string, got &value.valueUnstructured{Value:1}");
        assertThatThrownBy(() -> applied(MAPS.blank(), "[]", "one"))
                .hasMessageEndingWith(".data: expected map, got &{[]}");
    }

    /// Whatever is applied in whatever order: to apply it once more changes nothing.
    @Test
    void applying_the_same_twice_changes_nothing() {
        Random random = new Random(42);
        for (int i = 0; i < 500; i++) {
            ObjectNode live = MAPS.blank();
            for (int step = 0; step < 4; step++) {
                String who = "m" + random.nextInt(3);
                String data = data(random);
                ObjectNode once = forced(live, data, who);
                clock.advance(Duration.ofSeconds(1));
                ObjectNode twice = forced(once, data, who);

                assertThat(withoutTimes(twice)).isEqualTo(withoutTimes(once));
                live = once;
            }
        }
    }

    private ObjectNode forced(ObjectNode live, String data, String who) {
        ObjectNode object = manager.apply(MAPS, live, Samples.config(data), new Applier(who, true));
        return new Decoder().decode(MAPS.schema(), object);
    }

    private static ObjectNode withoutTimes(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.at("/metadata/managedFields").forEach(entry -> ((ObjectNode) entry).remove("time"));
        return copy;
    }

    private static String data(Random random) {
        List<String> fields = new ArrayList<>();
        for (String key : List.of("a", "b", "c", "d")) {
            if (random.nextBoolean()) {
                fields.add("\"%s\":\"%d\"".formatted(key, random.nextInt(2)));
            }
        }
        return "{" + String.join(",", fields) + "}";
    }

    @Test
    void a_large_object_with_many_managers_stays_affordable() {
        StringBuilder data = new StringBuilder("{\"k\":\"0\"");
        for (int i = 0; i < 20_000; i++) {
            data.append(",\"k").append(i).append("\":\"").append(i % 7).append('"');
        }
        String text = data.append('}').toString();
        Assertions.assertTimeout(
                Duration.ofSeconds(20),
                () -> {
                    ObjectNode live = MAPS.blank();
                    for (int i = 0; i < 10; i++) {
                        live = applied(live, text, "m" + i);
                    }
                    assertThat(entries(live)).hasSize(10);
                    JsonNode gone = applied(live, "{}", "m1").path("data");
                    assertThat(gone.size()).isEqualTo(20_001);
                });
    }
}
