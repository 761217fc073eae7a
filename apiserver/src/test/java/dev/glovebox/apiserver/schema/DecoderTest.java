package dev.glovebox.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DecoderTest {
    private static final Schema POD = Schemas.kubernetes().get("io.k8s.api.core.v1.Pod");

    private static JsonReader.Document read(String text) throws IOException {
        return JsonReader.json(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(Decoder decoder, String text) throws IOException {
        ObjectNode object = (ObjectNode) read(text).root();
        return decoder.decode(POD, object).toString().replace('"', '\'');
    }

    @Test
    void unknown_fields_are_dropped_and_named() throws Exception {
        Decoder decoder = new Decoder();
        assertThat(
                        decoded(
                                decoder,
                                "{'metadata':{'name':'p','lables':{}},'spec':{'containers':[{'imagePulPolicy':1}]},'x':1}"))
                .isEqualTo("{'metadata':{'name':'p'},'spec':{'containers':[{}]}}");
        assertThat(decoder.unknown())
                .containsExactly("metadata.lables", "spec.containers[0].imagePulPolicy", "x");
    }

    @Test
    void nulls_and_empty_lists_vanish_and_empty_structs_stay() throws Exception {
        assertThat(
                        decoded(
                                new Decoder(),
                                "{'metadata':{'labels':{},'uid':null},'spec':{'volumes':[],'securityContext':{}}}"))
                .isEqualTo("{'metadata':{},'spec':{'securityContext':{}}}");
    }

    @Test
    void times_and_quantities_become_canonical() throws Exception {
        assertThat(
                        decoded(
                                new Decoder(),
                                "{'metadata':{'creationTimestamp':'2026-01-01T13:00:00.5+01:00'},'spec':{'overhead':{'cpu':0.5}}}"))
                .isEqualTo(
                        "{'metadata':{'creationTimestamp':'2026-01-01T12:00:00Z'},'spec':{'overhead':{'cpu':'500m'}}}");
    }

    @Test
    void a_value_of_the_wrong_type_names_its_field_as_go_does() {
        assertThatThrownBy(() -> decoded(new Decoder(), "{'spec':{'containers':'x'}}"))
                .isInstanceOf(MalformedException.class)
                .hasMessage(
                        "json: cannot unmarshal string into Go struct field Pod.spec.containers of"
                                + " type array");
    }

    @Test
    void a_field_that_occurs_twice_is_noted() throws Exception {
        assertThat(read("{'data':{'a':1,'a':2}}").duplicates()).containsExactly("data.a");
    }

    @Test
    void yaml_with_aliases_is_refused() {
        String bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        assertThatThrownBy(() -> YamlReader.yaml(bomb.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }
}
