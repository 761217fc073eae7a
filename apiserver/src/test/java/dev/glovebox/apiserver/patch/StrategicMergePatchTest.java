package dev.glovebox.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.apiserver.schema.Schemas;
import org.junit.jupiter.api.Test;

/// What is expected was recorded from a real kube-apiserver.
class StrategicMergePatchTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Schema POD = Schemas.kubernetes().get("io.k8s.api.core.v1.Pod");
    private static final String TWO =
            "{'spec':{'containers':[{'name':'a','image':'1','env':[{'name':'X','value':'1'},"
                    + "{'name':'Y','value':'2'}]},{'name':'b','image':'1'}]}}";

    private static String patched(String object, String patch) throws JsonProcessingException {
        return StrategicMergePatch.apply(tree(object), tree(patch), POD)
                .toString()
                .replace('"', '\'');
    }

    private static String containers(String patch) throws JsonProcessingException {
        String result = patched(TWO, "{'spec':{'containers':[" + patch + "]}}");
        return result.substring("{'spec':{'containers':".length(), result.length() - 2);
    }

    private static ObjectNode tree(String text) throws JsonProcessingException {
        return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
    }

    @Test
    void items_are_found_by_their_key() throws Exception {
        assertThat(containers("{'name':'b','image':'2'}")).contains("{'name':'b','image':'2'}");
        assertThat(containers("{'name':'a','env':[{'name':'Y','value':'two'},{'name':'Z'}]}"))
                .contains(
                        "'env':[{'name':'X','value':'1'},{'name':'Y','value':'two'},{'name':'Z'}]");
    }

    @Test
    void new_items_come_first_unless_an_order_is_set() throws Exception {
        assertThat(containers("{'name':'z'}")).startsWith("[{'name':'z'},{'name':'a'");
        String ordered =
                patched(
                        "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
                        "{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'n'},{'name':'a'}],"
                                + "'containers':[{'name':'n'}]}}");
        assertThat(ordered)
                .isEqualTo("{'spec':{'containers':[{'name':'b'},{'name':'n'},{'name':'a'}]}}");
    }

    @Test
    void directives_delete_and_replace() throws Exception {
        assertThat(containers("{'name':'a','$patch':'delete'}"))
                .isEqualTo("[{'name':'b','image':'1'}]");
        assertThat(containers("{'name':'c'},{'$patch':'replace'}")).isEqualTo("[{'name':'c'}]");
        assertThat(
                        patched(
                                "{'metadata':{'labels':{'a':'1','b':'2'}}}",
                                "{'metadata':{'labels':{'$patch':'replace','c':'3'}}}"))
                .isEqualTo("{'metadata':{'labels':{'c':'3'}}}");
    }

    @Test
    void plain_values_are_joined_and_taken_out() throws Exception {
        assertThat(
                        patched(
                                "{'metadata':{'finalizers':['a','b']}}",
                                "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}}"))
                .isEqualTo("{'metadata':{'finalizers':['b']}}");
        assertThat(
                        patched(
                                "{'metadata':{'finalizers':['a']}}",
                                "{'metadata':{'finalizers':['b']}}"))
                .contains("'a'")
                .contains("'b'");
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertThatThrownBy(() -> containers("{'image':'x'}"))
                .isInstanceOf(PatchException.class)
                .hasMessage("map: map[image:x] does not contain declared merge key: name");
        assertThatThrownBy(() -> containers("{'name':'a','$patch':'invert'}"))
                .hasMessageStartingWith("unknown patch type: invert");
    }
}
