package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Frames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Definitions that change while there are objects. What is said here was seen of kube-apiserver
/// 1.34.4 with a converter that does the same.
@Timeout(60)
class ConversionChangesTest extends ConversionLab {
    @Test
    void what_was_kept_in_another_version_is_converted_until_it_is_written_again() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        redefine(server.conversion("\"v1\""), keptAs("v2"));
        assertThat(api.get(DEFINITION).body().at("/status/storedVersions").toString())
                .isEqualTo("[\"v1\",\"v2\"]");
        assertThat(spec(api.get(V2 + "/a"))).isEqualTo("{\"address\":\"h:1\"}");
        assertThat(server.count()).isEqualTo(1);
        String version = api.get(V1 + "/a").at("/metadata/resourceVersion");
        assertThat(server.count()).isZero();

        // A write that changes nothing moves it, as storage migration needs it to.
        TestApi.Reply moved = api.put(V2 + "/a", api.get(V2 + "/a").body().toString());
        assertThat(moved.at("/metadata/resourceVersion")).isNotEqualTo(version);
        server.count();
        assertThat(spec(api.get(V2 + "/a"))).contains("\"new\":\"two\"");
        assertThat(server.count()).isZero();
        String same = api.get(V2 + "/a").at("/metadata/resourceVersion");
        api.put(V2 + "/a", api.get(V2 + "/a").body().toString());
        assertThat(api.get(V2 + "/a").at("/metadata/resourceVersion")).isEqualTo(same);
    }

    @Test
    void objects_of_a_version_that_was_taken_away_cannot_be_had_until_it_is_back() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        redefine(server.conversion("\"v1\""), keptAs("v2"));
        make("v2", "b", "\"address\":\"x:2\"");
        api.patch(DEFINITION + "/status", "merge", "{\"status\":{\"storedVersions\":[\"v2\"]}}");
        String[] all = keptAs("v2");
        redefine(server.conversion("\"v1\""), all[1], all[2]);
        assertThat(api.get(V2 + "/a").message())
                .isEqualTo("request to convert CR from an invalid group/version: example.com/v1");
        assertThat(api.get(V2 + "/b").code()).isEqualTo(200);
        assertThat(api.delete(V2 + "/a").code()).isEqualTo(500);
        redefine(server.conversion("\"v1\""), all);
        assertThat(api.get(V2 + "/a").code()).isEqualTo(200);
    }

    @Test
    void without_a_converter_only_the_version_changes_and_what_the_kept_one_lacks_is_lost() {
        api.post(DEFINITIONS, definition("{\"strategy\":\"None\"}", keptAs("v1")));
        TestApi.Reply made = make("v2", "a", "\"address\":\"x:1\",\"replicas\":2");
        assertThat(spec(made)).isEqualTo("{\"replicas\":2}");
        assertThat(spec(api.get(V1 + "/a"))).isEqualTo("{\"replicas\":2,\"old\":\"one\"}");
    }

    @Test
    void a_watch_ends_when_the_converter_becomes_another() throws InterruptedException {
        define();
        try (Frames watch =
                api.watch(
                        V2
                                + "?watch=1&resourceVersion="
                                + api.get(V2).at("/metadata/resourceVersion"))) {
            redefine("{\"strategy\":\"None\"}", keptAs("v1"));
            assertThat(text(watch)).isEmpty();
            assertThat(watch.ended()).isTrue();
        }
    }

    @Test
    void a_definition_whose_authorities_are_none_is_kept_and_not_served_until_it_is_mended() {
        String bad =
                server.conversion("\"v1\"")
                        .replaceAll("\"caBundle\":\"[^\"]*\"", "\"caBundle\":\"aGVsbG8=\"");
        assertThat(api.post(DEFINITIONS, definition(bad, keptAs("v1"))).code()).isEqualTo(201);
        TestApi.Reply kept = api.get(DEFINITION);
        assertThat(kept.at("/status/conditions/1/reason")).isEqualTo("InvalidCABundle");
        assertThat(api.get(V1).code()).isEqualTo(404);
        redefine(server.conversion("\"v1\""), keptAs("v1"));
        assertThat(api.get(V1).code()).isEqualTo(200);

        ObjectNode now = (ObjectNode) api.get(DEFINITION).body();
        ((ObjectNode) now.at("/spec/conversion/webhook/clientConfig")).put("caBundle", "aGVsbG8=");
        assertThat(api.put(DEFINITION, now.toString()).message())
                .endsWith(
                        "spec.conversion.webhookClientConfig.caBundle: Invalid value: \"aGVsbG8=\": unable to load root certificates: unable to parse bytes as PEM block");
    }

    @Test
    void a_webhook_is_found_behind_a_service() {
        api.post(DEFINITIONS, definition(server.conversionByService(), keptAs("v1")));
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        assertThat(api.get(V2 + "/a").message())
                .isEqualTo(
                        "conversion webhook for example.com/v1, Kind=Thing failed: Post \"https://hook.default.svc:443/convert?timeout=30s\": service \"hook\" not found");
    }
}
