package dev.glovebox.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.kinds.BuiltInKinds;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindNames;
import dev.glovebox.apiserver.kinds.ServedKinds;
import dev.glovebox.apiserver.kinds.ServiceRange;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.schema.Schemas;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefinedDocumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEMA =
            """
            {"type":"object","properties":{"spec":{"type":"object",
              "properties":{"ref":{"type":"string","default":"x"},
                            "any":{"default":{"ref":"nothing"},"type":"object",
                                   "x-kubernetes-preserve-unknown-fields":true},
                            "one":{"type":"string","oneOf":[{"minLength":1},{"maxLength":3}]},
                            "maybe":{"type":"string","nullable":true},
                            "port":{"x-kubernetes-int-or-string":true,
                                    "anyOf":[{"type":"integer"},{"type":"string"}]}}}}}
            """;

    private final Schemas schemas = Schemas.kubernetes();
    private final ServedKinds kinds =
            new ServedKinds(BuiltInKinds.catalogue(schemas, ServiceRange.SINGLE, List.of()));
    private final OpenApi openApi = new OpenApi(kinds, schemas.definitions(), "v1");

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void define() throws IOException {
        kinds.add(
                List.of(
                        new Kind(
                                "example.com",
                                List.of("v1"),
                                new KindNames("Widget", "widgets", "widget", List.of(), List.of()),
                                true,
                                List.of("get", "list", "create"),
                                List.of(),
                                schemas.structural("com.example.v1.Widget", JSON.readTree(SCHEMA)),
                                Strategy.PLAIN)));
    }

    @Test
    void a_kind_is_in_the_documents_while_it_is_served() throws IOException {
        byte[] before = openApi.thirdIndex();
        assertThat(openApi.third("apis/example.com/v1")).isEmpty();
        define();

        assertThat(openApi.third("apis/example.com/v1")).isPresent();
        assertThat(openApi.thirdIndex()).isNotEqualTo(before);
        kinds.add(List.of());
        assertThat(openApi.thirdIndex()).isEqualTo(before);
    }

    @Test
    void the_third_version_says_all_and_links_metadata() throws IOException {
        define();

        JsonNode document = read(openApi.third("apis/example.com/v1").orElseThrow().json());
        JsonNode widget = document.at("/components/schemas/com.example.v1.Widget");
        assertThat(widget.at("/properties/spec/properties/one/oneOf")).hasSize(2);
        assertThat(widget.at("/properties/metadata/allOf/0/$ref").asText()).endsWith("ObjectMeta");
        assertThat(widget.at("/properties/kind/description").asText()).isNotEmpty();
        assertThat(document.at("/components/schemas/com.example.v1.WidgetList").isObject())
                .isTrue();
    }

    @Test
    void the_second_version_says_what_its_clients_understand() throws IOException {
        define();

        JsonNode spec =
                read(openApi.second().json())
                        .at("/definitions/com.example.v1.Widget/properties/spec/properties");
        assertThat(spec.path("one").toString()).isEqualTo("{\"type\":\"string\"}");
        assertThat(spec.path("maybe").has("type")).isFalse();
        assertThat(spec.path("any").has("type")).isFalse();
        assertThat(spec.path("port").has("anyOf")).isFalse();
        assertThat(openApi.secondAsProtobuf()).isNotEmpty();
    }
}
